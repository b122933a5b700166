package dev.tunedrop.text;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.text.template.ChatTemplate;
import dev.tunedrop.text.template.PythonText;

/// Encodes chats through a template and marks the tokens that carry loss.
///
/// A trained message's stretch reaches from where generation would begin to the end of its end-of-turn token: the first
/// control token after the content with nothing but white space between. Where a token of the plain encoding would
/// reach across either edge of a stretch, the text is cut there, which is how the model meets it when it generates: the
/// prompt is encoded first, and the answer comes after.
final class ChatEncoder {

    private final ContentFinder finder;
    private final PlainTokenizer tokenizer;
    private final ControlScanner scanner;
    private final String lead;

    ChatEncoder(String template, Map<String, String> specialTokens, PlainTokenizer tokenizer, LocalDateTime now) {
        this.finder = new ContentFinder(new ChatTemplate(template, specialTokens, now));
        this.tokenizer = tokenizer;
        this.scanner = new ControlScanner(tokenizer.controlIds().keySet());
        this.lead = findLead();
    }

    TokenizedChat tokenize(List<ChatMessage> messages, List<JsonNode> tools) {
        refuseSpelledControls(messages, tools);
        RenderedChat chat = finder.render(messages, tools, false);
        NavigableMap<Integer, String> controls = scanner.outside(chat);
        List<int[]> stretches = new ArrayList<>();
        boolean everyEnd = true;
        TreeSet<Integer> missing = new TreeSet<>();
        for (int m = 0; m < messages.size(); m++) if (!messages.get(m).content().isEmpty()) missing.add(m);
        for (RenderedChat.Content content : chat.contents()) {
            missing.remove(content.message());
            if (!messages.get(content.message()).trained() || content.start() == content.end()) continue;
            int[] stretch = stretch(chat, content, controls);
            everyEnd &= stretch[1] > content.end();
            stretches.add(stretch);
        }
        for (int m : missing)
            if (messages.get(m).trained())
                throw new TextException(
                        "the chat template leaves out message %d, which is to be trained; give it weight 0"
                                .formatted(m + 1));
        Pieces pieces = encode(tokenizer, chat.text(), controls, answers(messages, chat, controls));
        return new TokenizedChat(
                pieces.ids(), marks(pieces, stretches), everyEnd && !stretches.isEmpty(), List.copyOf(missing));
    }

    /// What calls and tools say is written by the template, between control tokens of its own; so it must not spell
    /// one.
    private void refuseSpelledControls(List<ChatMessage> messages, List<JsonNode> tools) {
        for (int m = 0; m < messages.size(); m++)
            for (ChatMessage.ToolCall call : messages.get(m).toolCalls())
                if (scanner.spelled(call.name() + "\n" + call.arguments()))
                    throw new TextException(
                            "a tool call of message %d spells a control token of the base".formatted(m + 1));
        for (JsonNode tool : tools)
            if (scanner.spelled(tool.toString()))
                throw new TextException("a declared tool spells a control token of the base");
    }

    boolean readsTools() {
        return finder.readsTools();
    }

    int[] promptIds(List<ChatMessage> messages) {
        RenderedChat chat = finder.render(messages, List.of(), true);
        NavigableMap<Integer, String> controls = scanner.outside(chat);
        return encode(tokenizer, chat.text(), controls, answers(messages, chat, controls))
                .ids();
    }

    /// The stretches of all assistant messages, trained or not: a model meets each answer the way it wrote it.
    private List<int[]> answers(List<ChatMessage> messages, RenderedChat chat, NavigableMap<Integer, String> controls) {
        return chat.contents().stream()
                .filter(content -> messages.get(content.message()).role().equals("assistant"))
                .map(content -> stretch(chat, content, controls))
                .toList();
    }

    private int[] stretch(RenderedChat chat, RenderedChat.Content content, NavigableMap<Integer, String> controls) {
        return new int[] {startOf(chat.text(), content.start()), endOfTurn(chat.text(), content.end(), controls)};
    }

    /// Encodes, and again with cuts if a token reaches across an edge.
    static Pieces encode(PlainTokenizer tokenizer, String text, Map<Integer, String> controls, List<int[]> stretches) {
        Pieces pieces = tokenizer.encode(text, controls, Set.of());
        TreeSet<Integer> cuts = new TreeSet<>();
        for (int[] stretch : stretches) for (int edge : stretch) if (reachesAcross(pieces, edge)) cuts.add(edge);
        return cuts.isEmpty() || !tokenizer.cutsCleanly() ? pieces : tokenizer.encode(text, controls, cuts);
    }

    private static boolean reachesAcross(Pieces pieces, int edge) {
        for (int t = 0; t < pieces.ids().length; t++)
            if (pieces.starts()[t] < edge && edge < pieces.ends()[t]) return true;
        return false;
    }

    /// A token is trained if it lies within a stretch. With a tokenizer that cannot cut, a token whose part before the
    /// stretch is white space only counts as within: it carries the answer's first word.
    static boolean[] marks(Pieces pieces, List<int[]> stretches) {
        boolean[] trained = new boolean[pieces.ids().length];
        for (int[] stretch : stretches)
            for (int t = 0; t < trained.length; t++)
                trained[t] |= pieces.starts()[t] >= stretch[0]
                        && pieces.ends()[t] <= stretch[1]
                        && pieces.ends()[t] > pieces.starts()[t];
        return trained;
    }

    private int startOf(String text, int contentStart) {
        int start = contentStart - lead.length();
        return start >= 0 && text.startsWith(lead, start) ? start : contentStart;
    }

    /// The end of the end-of-turn token that closes a content, or the content's own end where there is none.
    private static int endOfTurn(String text, int contentEnd, NavigableMap<Integer, String> controls) {
        Map.Entry<Integer, String> next = controls.ceilingEntry(contentEnd);
        if (next == null
                || !PythonText.strip(text.substring(contentEnd, next.getKey())).isEmpty()) return contentEnd;
        return next.getKey() + next.getValue().length();
    }

    /// White space that the template writes between the generation prompt and the answer, such as Llama 2's blank.
    ///
    /// The model has to produce it, so it is trained. Found by rendering one question with and without its answer;
    /// empty for templates that refuse so plain a chat.
    private String findLead() {
        try {
            ChatMessage question = ChatMessage.user("Q");
            String prompt = finder.render(List.of(question), List.of(), true).text();
            RenderedChat whole = finder.render(List.of(question, ChatMessage.assistant("A")), List.of(), false);
            RenderedChat.Content answer = whole.contents().getLast();
            if (answer.message() != 1
                    || answer.start() < prompt.length()
                    || !whole.text().startsWith(prompt)) return "";
            String between = whole.text().substring(prompt.length(), answer.start());
            return PythonText.strip(between).isEmpty() ? between : "";
        } catch (TextException e) {
            return "";
        }
    }

    /// The id of the token that ends the assistant's turn in this template, or -1.
    int endOfTurnId() {
        TokenizedChat probe;
        try {
            probe = tokenize(List.of(ChatMessage.user("Q"), ChatMessage.assistant("A")), List.of());
        } catch (TextException e) {
            return -1;
        }
        int[] trained = probe.trainedIds();
        return probe.endOfTurnTrained() ? trained[trained.length - 1] : -1;
    }

    /// Finds the control tokens that the template itself wrote: whole, outside every content, the longest first.
    private static final class ControlScanner {
        private final Set<String> names = new HashSet<>();
        private final BitSet first = new BitSet();
        private final int[] lengths;

        ControlScanner(Collection<String> controls) {
            for (String name : controls) if (!name.isEmpty()) names.add(name);
            names.forEach(name -> first.set(name.charAt(0)));
            lengths = names.stream()
                    .map(String::length)
                    .distinct()
                    .sorted(Comparator.reverseOrder())
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        NavigableMap<Integer, String> outside(RenderedChat chat) {
            TreeMap<Integer, String> found = new TreeMap<>();
            int at = 0;
            for (RenderedChat.Content content : chat.contents()) {
                if (content.byTemplate()) continue;
                scan(chat.text(), at, content.start(), found);
                at = content.end();
            }
            scan(chat.text(), at, chat.text().length(), found);
            return found;
        }

        boolean spelled(String text) {
            TreeMap<Integer, String> found = new TreeMap<>();
            scan(text, 0, text.length(), found);
            return !found.isEmpty();
        }

        private void scan(String text, int from, int to, Map<Integer, String> found) {
            for (int at = from; at < to; at++) {
                if (!first.get(text.charAt(at))) continue;
                for (int length : lengths) {
                    if (at + length > to || !names.contains(text.substring(at, at + length))) continue;
                    found.put(at, text.substring(at, at + length));
                    at += length - 1;
                    break;
                }
            }
        }
    }
}
