package dev.tunedrop.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.text.template.ChatTemplate;
import dev.tunedrop.text.template.PythonText;

/// Renders a chat and finds out which characters are the messages' own.
///
/// Where the template leaves contents alone, [Skeletons] knows. Else the chat is rendered twice: as it is, and with
/// each content replaced by a placeholder that nothing else spells. The second says what the template writes around
/// the contents; laid over the first it must fit character by character, each content whole or with the white space
/// at its ends removed. If it does not, the template changes contents in some other way, and the chat is refused:
/// guessing would put loss on the wrong tokens.
final class ContentFinder {

    private static final int REMEMBERED_SHAPES = 256;
    private static final int MAX_TRIES = 100_000;

    private final ChatTemplate template;
    private final Skeletons skeletons;
    private final Map<String, Placeholders.Shape> shapes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Placeholders.Shape> eldest) {
            return size() > REMEMBERED_SHAPES;
        }
    };

    ContentFinder(ChatTemplate template) {
        this.template = template;
        this.skeletons = new Skeletons(template);
    }

    boolean readsTools() {
        return template.readsTools();
    }

    RenderedChat render(List<ChatMessage> messages, List<JsonNode> tools, boolean addGenerationPrompt) {
        RenderedChat known = tools.isEmpty() ? skeletons.render(messages, addGenerationPrompt) : null;
        return known == null ? rendered(messages, tools, addGenerationPrompt) : known;
    }

    /// The chat as the template renders it.
    RenderedChat rendered(List<ChatMessage> messages, List<JsonNode> tools, boolean addGenerationPrompt) {
        String text = template.render(messages, tools, addGenerationPrompt);
        Placeholders.Shape shape = shapeOf(messages, tools, addGenerationPrompt);
        int[] spans = fit(text, shape, messages);
        if (spans.length == 0 && !shape.slots().isEmpty())
            throw new TextException(
                    "the chat template changes the text of a message beyond trimming it, so it cannot be"
                            + " told which characters are trained; use a template that writes contents as they are");
        List<RenderedChat.Content> contents = new ArrayList<>();
        for (int s = 0; s < shape.slots().size(); s++)
            contents.add(new RenderedChat.Content(shape.slots().get(s), spans[2 * s], spans[2 * s + 1], false));
        if (messages.stream().allMatch(message -> message.toolCalls().isEmpty()))
            return new RenderedChat(text, contents);
        return new RenderedChat(text, new CallFinder(template, messages, tools).with(contents, text));
    }

    /// Without tools the template's own text depends on roles and on which contents are empty, on nothing else we vary;
    /// so it is rendered once for each such shape of chat.
    private Placeholders.Shape shapeOf(List<ChatMessage> messages, List<JsonNode> tools, boolean addGenerationPrompt) {
        boolean plain = tools.isEmpty();
        StringBuilder key = new StringBuilder(addGenerationPrompt ? "+" : "-");
        List<ChatMessage> placeholders = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            ChatMessage message = messages.get(i);
            boolean empty = message.content().isEmpty();
            key.append(message.role()).append(empty ? '0' : '1').append(',');
            placeholders.add(new ChatMessage(
                    message.role(),
                    empty ? "" : Placeholders.of(i),
                    message.trained(),
                    message.toolCalls(),
                    message.toolCallId()));
            plain &= message.toolCalls().isEmpty() && message.toolCallId() == null;
        }
        synchronized (shapes) {
            Placeholders.Shape known = plain ? shapes.get(key.toString()) : null;
            if (known != null) return known;
        }
        Placeholders.Shape shape =
                Placeholders.parse(template.render(placeholders, tools, addGenerationPrompt), messages.size());
        synchronized (shapes) {
            if (plain) shapes.put(key.toString(), shape);
        }
        return shape;
    }

    /// Start and end of each slot's text, or nothing where the shape does not fit. Depth first over the ways a content
    /// may be trimmed or, of a tool, quoted, the untouched first.
    private static int[] fit(String text, Placeholders.Shape shape, List<ChatMessage> messages) {
        int slots = shape.slots().size();
        int[] spans = new int[2 * slots];
        if (!text.startsWith(shape.literals().getFirst())) return new int[0];
        if (slots == 0) return spans;
        List<Deque<String>> open = new ArrayList<>();
        open.add(variants(messages.get(shape.slots().getFirst())));
        spans[0] = shape.literals().getFirst().length();
        for (int tries = 0; !open.isEmpty() && tries < MAX_TRIES; tries++) {
            int slot = open.size() - 1;
            String content = open.getLast().poll();
            if (content == null) {
                open.removeLast();
                continue;
            }
            String after = shape.literals().get(slot + 1);
            int end = spans[2 * slot] + content.length();
            if (!text.startsWith(content, spans[2 * slot]) || !text.startsWith(after, end)) continue;
            spans[2 * slot + 1] = end;
            int next = end + after.length();
            if (slot + 1 < slots) {
                spans[2 * slot + 2] = next;
                open.add(variants(messages.get(shape.slots().get(slot + 1))));
            } else if (next == text.length()) return spans;
        }
        return new int[0];
    }

    private static Deque<String> variants(ChatMessage message) {
        String content = message.content();
        Set<String> distinct = new LinkedHashSet<>();
        distinct.add(content);
        distinct.add(PythonText.strip(content));
        distinct.add(PythonText.stripEnd(content));
        distinct.add(PythonText.stripStart(content));
        if (message.role().equals("tool")) distinct.add(ChatTemplate.quoted(content));
        return new ArrayDeque<>(distinct);
    }
}
