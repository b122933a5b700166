package dev.tunedrop.functions.checks;

import java.util.List;

import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.dataset.Row.Message;

/// Rows for tests.
public final class Rows {

    private Rows() {}

    public static Row.Chat chat(String question, String answer) {
        return new Row.Chat(List.of(user(question), answer(answer)));
    }

    public static Message system(String text) {
        return new Message(Message.SYSTEM, text, false);
    }

    public static Message user(String text) {
        return new Message(Message.USER, text, false);
    }

    public static Message answer(String text) {
        return new Message(Message.ASSISTANT, text, true);
    }

    public static Message call(String id, String tool, String arguments) {
        return new Message(Message.ASSISTANT, "", true, null, List.of(new Row.ToolCall(id, tool, arguments)), null);
    }

    public static Message result(String id, String text) {
        return new Message(Message.TOOL, text, false, null, List.of(), id);
    }
}
