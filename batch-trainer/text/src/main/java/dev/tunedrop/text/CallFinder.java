package dev.tunedrop.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.text.template.ChatTemplate;

/// Finds what a template writes for messages that call tools, which each template spells in its own way.
///
/// The chat up to such a message is rendered twice, with the calls and with a plain answer in their place. Both begin
/// and end alike; what is between is the calls' text, which is then looked for in the whole chat.
final class CallFinder {

    private static final String ANSWER = "\uE0A5call\uE0A6";

    private final ChatTemplate template;
    private final List<ChatMessage> messages;
    private final List<JsonNode> tools;

    CallFinder(ChatTemplate template, List<ChatMessage> messages, List<JsonNode> tools) {
        this.template = template;
        this.messages = messages;
        this.tools = tools;
    }

    /// The contents, those of messages with calls replaced by all the template writes for them.
    List<RenderedChat.Content> with(List<RenderedChat.Content> contents, String text) {
        List<RenderedChat.Content> all = new ArrayList<>();
        for (RenderedChat.Content content : contents)
            if (messages.get(content.message()).toolCalls().isEmpty()) all.add(content);
        int from = 0;
        for (int m = 0; m < messages.size(); m++) {
            if (messages.get(m).toolCalls().isEmpty()) {
                from = Math.max(from, endOf(all, m));
                continue;
            }
            String written = written(m);
            int start = text.indexOf(written, from);
            if (written.isBlank() || start < 0)
                throw new TextException(
                        "the base's chat template does not write the tool calls of message %d".formatted(m + 1)
                                + "; choose a base whose template does, or leave such rows out");
            from = start + written.length();
            all.add(new RenderedChat.Content(m, start, from, true));
        }
        all.sort(Comparator.comparingInt(RenderedChat.Content::start));
        return all;
    }

    private static int endOf(List<RenderedChat.Content> contents, int message) {
        for (RenderedChat.Content content : contents) if (content.message() == message) return content.end();
        return 0;
    }

    private String written(int m) {
        List<ChatMessage> before = messages.subList(0, m);
        List<ChatMessage> plain = new ArrayList<>(before);
        plain.add(ChatMessage.assistant(ANSWER));
        String calling = template.render(messages.subList(0, m + 1), tools, false);
        String answering = template.render(plain, tools, false);
        int answer = answering.indexOf(ANSWER);
        if (answer < 0) return "";
        int start = 0;
        while (start < Math.min(answer, calling.length()) && calling.charAt(start) == answering.charAt(start)) start++;
        String after = answering.substring(answer + ANSWER.length());
        boolean alike = answering.substring(start, answer).isBlank() && calling.endsWith(after);
        int end = calling.length() - after.length();
        return alike && end > start ? calling.substring(start, end) : "";
    }
}
