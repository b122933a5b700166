package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;

/// A conversation written as one text, as Anthropic's hh-rlhf does: each turn begins with `\n\nHuman:` or
/// `\n\nAssistant:`. One blank after the colon belongs to the mark.
final class Transcript {

    private static final String HUMAN = "\n\nHuman:";
    private static final String ASSISTANT = "\n\nAssistant:";

    private Transcript() {}

    static boolean is(String text) {
        return text.startsWith(HUMAN) && text.contains(ASSISTANT);
    }

    static List<Row.Message> messages(String text) {
        List<Row.Message> messages = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            boolean assistant = text.startsWith(ASSISTANT, at);
            int start = at + (assistant ? ASSISTANT : HUMAN).length();
            int end = Math.min(next(text, HUMAN, start), next(text, ASSISTANT, start));
            String said = text.substring(start, end);
            messages.add(new Row.Message(
                    assistant ? Row.Message.ASSISTANT : Row.Message.USER,
                    said.startsWith(" ") ? said.substring(1) : said,
                    assistant));
            at = end;
        }
        return messages;
    }

    /// The same without the mark of an answer that is still to come.
    static List<Row.Message> prompt(String text) {
        List<Row.Message> messages = messages(text);
        boolean open =
                messages.getLast().assistant() && messages.getLast().content().isBlank();
        return open ? messages.subList(0, messages.size() - 1) : messages;
    }

    private static int next(String text, String mark, int from) {
        int at = text.indexOf(mark, from);
        return at < 0 ? text.length() : at;
    }
}
