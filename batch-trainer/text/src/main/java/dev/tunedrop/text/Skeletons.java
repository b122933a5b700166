package dev.tunedrop.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.text.template.ChatTemplate;
import dev.tunedrop.text.template.PythonText;

/// Puts chats together from what their template writes around the contents, without rendering them: for templates that
/// leave contents alone, which is most. What is written around them is rendered once for each order of roles.
///
/// Each content is then a placeholder between two blanks of a kind that no template writes; where the blank is gone,
/// the template trims.
final class Skeletons {

    private static final int REMEMBERED = 256;
    private static final char BLANK = '\u2003';

    private final ChatTemplate template;
    private final Map<String, Skeleton> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Skeleton> eldest) {
            return size() > REMEMBERED;
        }
    };

    Skeletons(ChatTemplate template) {
        this.template = template;
    }

    private record Slot(int message, boolean wholeStart, boolean wholeEnd) {}

    /// `literals[0]`, content of `slots[0]`, `literals[1]`, … one more literal than slots.
    private record Skeleton(List<String> literals, List<Slot> slots) {}

    /// Nothing, where the chat has to be rendered.
    @Nullable
    RenderedChat render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        if (template.source().indexOf(BLANK) >= 0 || !template.leavesAlone(messages)) return null;
        Skeleton skeleton = skeleton(messages, addGenerationPrompt);
        StringBuilder text = new StringBuilder(skeleton.literals.getFirst());
        List<RenderedChat.Content> contents = new ArrayList<>(skeleton.slots.size());
        for (int s = 0; s < skeleton.slots.size(); s++) {
            Slot slot = skeleton.slots.get(s);
            String content = messages.get(slot.message).content();
            int from = slot.wholeStart
                    ? 0
                    : content.length() - PythonText.stripStart(content).length();
            int to = slot.wholeEnd
                    ? content.length()
                    : PythonText.stripEnd(content).length();
            int start = text.length();
            text.append(content, from, to);
            contents.add(new RenderedChat.Content(slot.message, start, text.length(), false));
            text.append(skeleton.literals.get(s + 1));
        }
        return new RenderedChat(text.toString(), contents);
    }

    private Skeleton skeleton(List<ChatMessage> messages, boolean addGenerationPrompt) {
        StringBuilder key = new StringBuilder(addGenerationPrompt ? "+" : "-");
        for (ChatMessage message : messages) key.append(message.role()).append(',');
        synchronized (known) {
            Skeleton found = known.get(key.toString());
            if (found != null) return found;
        }
        List<ChatMessage> placeholders = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++)
            placeholders.add(new ChatMessage(messages.get(i).role(), BLANK + Placeholders.of(i) + BLANK, false));
        Skeleton made = skeleton(
                Placeholders.parse(template.render(placeholders, List.of(), addGenerationPrompt), messages.size()));
        synchronized (known) {
            known.put(key.toString(), made);
        }
        return made;
    }

    private static Skeleton skeleton(Placeholders.Shape shape) {
        List<String> literals = new ArrayList<>(shape.literals());
        List<Slot> slots = new ArrayList<>();
        for (int s = 0; s < shape.slots().size(); s++) {
            String before = literals.get(s);
            String after = literals.get(s + 1);
            boolean wholeStart = before.endsWith(String.valueOf(BLANK));
            boolean wholeEnd = after.startsWith(String.valueOf(BLANK));
            if (wholeStart) literals.set(s, before.substring(0, before.length() - 1));
            if (wholeEnd) literals.set(s + 1, after.substring(1));
            slots.add(new Slot(shape.slots().get(s), wholeStart, wholeEnd));
        }
        return new Skeleton(literals, slots);
    }
}
