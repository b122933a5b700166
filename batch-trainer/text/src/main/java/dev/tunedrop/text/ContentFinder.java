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
/// The chat is rendered twice: as it is, and with each content replaced by a placeholder that nothing else spells. The
/// second says what the template writes around the contents; laid over the first it must fit character by character,
/// each content whole or with the white space at its ends removed. If it does not, the template changes contents in
/// some other way, and the chat is refused: guessing would put loss on the wrong tokens.
final class ContentFinder {

    private static final int REMEMBERED_SHAPES = 256;
    private static final int MAX_TRIES = 100_000;
    private static final char OPEN = '\uE0A5';
    private static final char CLOSE = '\uE0A6';

    private final ChatTemplate template;
    private final Map<String, Shape> shapes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Shape> eldest) {
            return size() > REMEMBERED_SHAPES;
        }
    };

    ContentFinder(ChatTemplate template) {
        this.template = template;
    }

    boolean readsTools() {
        return template.readsTools();
    }

    /// What the template writes: `literals[0]`, content of message `slots[0]`, `literals[1]`, … one more literal than
    /// slots.
    private record Shape(List<String> literals, List<Integer> slots) {}

    RenderedChat render(List<ChatMessage> messages, List<JsonNode> tools, boolean addGenerationPrompt) {
        String text = template.render(messages, tools, addGenerationPrompt);
        Shape shape = shapeOf(messages, tools, addGenerationPrompt);
        int[] spans = fit(text, shape, messages);
        if (spans.length == 0 && !shape.slots.isEmpty())
            throw new TextException(
                    "the chat template changes the text of a message beyond trimming it, so it cannot be"
                            + " told which characters are trained; use a template that writes contents as they are");
        List<RenderedChat.Content> contents = new ArrayList<>();
        for (int s = 0; s < shape.slots.size(); s++)
            contents.add(new RenderedChat.Content(shape.slots.get(s), spans[2 * s], spans[2 * s + 1], false));
        if (messages.stream().allMatch(message -> message.toolCalls().isEmpty()))
            return new RenderedChat(text, contents);
        return new RenderedChat(text, new CallFinder(template, messages, tools).with(contents, text));
    }

    /// Without tools the template's own text depends on roles and on which contents are empty, on nothing else we vary;
    /// so it is rendered once for each such shape of chat.
    private Shape shapeOf(List<ChatMessage> messages, List<JsonNode> tools, boolean addGenerationPrompt) {
        boolean plain = tools.isEmpty();
        StringBuilder key = new StringBuilder(addGenerationPrompt ? "+" : "-");
        List<ChatMessage> placeholders = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            ChatMessage message = messages.get(i);
            boolean empty = message.content().isEmpty();
            key.append(message.role()).append(empty ? '0' : '1').append(',');
            placeholders.add(new ChatMessage(
                    message.role(),
                    empty ? "" : "" + OPEN + i + CLOSE,
                    message.trained(),
                    message.toolCalls(),
                    message.toolCallId()));
            plain &= message.toolCalls().isEmpty() && message.toolCallId() == null;
        }
        synchronized (shapes) {
            Shape known = plain ? shapes.get(key.toString()) : null;
            if (known != null) return known;
        }
        Shape shape = parse(template.render(placeholders, tools, addGenerationPrompt), messages.size());
        synchronized (shapes) {
            if (plain) shapes.put(key.toString(), shape);
        }
        return shape;
    }

    private static Shape parse(String rendered, int messages) {
        List<String> literals = new ArrayList<>();
        List<Integer> slots = new ArrayList<>();
        int at = 0;
        for (int open = rendered.indexOf(OPEN); open >= 0; open = rendered.indexOf(OPEN, at)) {
            int close = rendered.indexOf(CLOSE, open);
            String number = close < 0 ? "" : rendered.substring(open + 1, close);
            if (number.isEmpty()
                    || !number.chars().allMatch(Character::isDigit)
                    || Integer.parseInt(number) >= messages)
                throw new TextException("the chat template takes messages apart, so it cannot be told which characters"
                        + " are trained; use a template that writes contents as they are");
            literals.add(rendered.substring(at, open));
            slots.add(Integer.parseInt(number));
            at = close + 1;
        }
        literals.add(rendered.substring(at));
        return new Shape(List.copyOf(literals), List.copyOf(slots));
    }

    /// Start and end of each slot's text, or nothing where the shape does not fit. Depth first over the ways a content
    /// may be trimmed or, of a tool, quoted, the untouched first.
    private static int[] fit(String text, Shape shape, List<ChatMessage> messages) {
        int slots = shape.slots.size();
        int[] spans = new int[2 * slots];
        if (!text.startsWith(shape.literals.getFirst())) return new int[0];
        if (slots == 0) return spans;
        List<Deque<String>> open = new ArrayList<>();
        open.add(variants(messages.get(shape.slots.getFirst())));
        spans[0] = shape.literals.getFirst().length();
        for (int tries = 0; !open.isEmpty() && tries < MAX_TRIES; tries++) {
            int slot = open.size() - 1;
            String content = open.getLast().poll();
            if (content == null) {
                open.removeLast();
                continue;
            }
            String after = shape.literals.get(slot + 1);
            int end = spans[2 * slot] + content.length();
            if (!text.startsWith(content, spans[2 * slot]) || !text.startsWith(after, end)) continue;
            spans[2 * slot + 1] = end;
            int next = end + after.length();
            if (slot + 1 < slots) {
                spans[2 * slot + 2] = next;
                open.add(variants(messages.get(shape.slots.get(slot + 1))));
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
