package dev.tunedrop.text;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// One message of a chat.
///
/// @param role a plain word such as `user`: it is written into the template's own text, so nothing else is let in
/// @param content the message's text, exactly as the data has it
/// @param trained whether the model should learn to write this message; only assistant messages may be
/// @param toolCalls what an assistant message calls
/// @param toolCallId of a tool message: the call it answers
public record ChatMessage(
        String role,
        String content,
        boolean trained,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId) {

    /// @param arguments the JSON text the model writes
    public record ToolCall(String id, String name, String arguments) {
        @Override
        public String toString() {
            return "ToolCall[withheld: it holds training text]";
        }
    }

    public ChatMessage(String role, String content, boolean trained) {
        this(role, content, trained, List.of(), null);
    }

    private static final Pattern ROLE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,31}");

    public ChatMessage {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
        toolCalls = List.copyOf(toolCalls);
        if (!ROLE.matcher(role).matches())
            throw new TextException("a message's role must be a plain word such as user or assistant;"
                    + " letters, digits, _ and - only, at most 32 characters");
        if (trained && !role.equals("assistant"))
            throw new TextException("only assistant messages can be trained; a " + role + " message was marked so");
    }

    public static ChatMessage system(String content) {
        return new ChatMessage("system", content, false);
    }

    public static ChatMessage user(String content) {
        return new ChatMessage("user", content, false);
    }

    /// An assistant message that is trained.
    public static ChatMessage assistant(String content) {
        return new ChatMessage("assistant", content, true);
    }

    /// The text is left out: chats are private, logs are not.
    @Override
    public String toString() {
        return "ChatMessage[%s, %d characters%s]".formatted(role, content.length(), trained ? ", trained" : "");
    }
}
