package dev.tunedrop.functions.targets;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.dataset.Row.Message;

/// Gives calls of tools the ids that the OpenAI protocol asks for, where the row's own format has none: `call_1`,
/// `call_2`, … in order, and to each tool message that of the first call still without an answer.
final class CallIds {

    private CallIds() {}

    static List<Message> given(List<Message> messages) {
        List<Message> given = new ArrayList<>(messages.size());
        Deque<String> open = new ArrayDeque<>();
        int made = 0;
        for (Message message : messages) {
            List<Row.ToolCall> calls = new ArrayList<>();
            for (Row.ToolCall call : message.toolCalls()) {
                String id = call.id() == null ? "call_" + ++made : call.id();
                if (call.id() == null) open.addLast(id);
                calls.add(new Row.ToolCall(id, call.name(), call.arguments()));
            }
            given.add(new Message(
                    message.role(),
                    message.content(),
                    message.trained(),
                    message.name(),
                    calls,
                    answered(message, open)));
        }
        return given;
    }

    private static @Nullable String answered(Message message, Deque<String> open) {
        boolean asks = message.role().equals(Message.TOOL) && message.toolCallId() == null;
        return asks ? open.pollFirst() : message.toolCallId();
    }
}
