package dev.tunedrop.functions.dataset;

import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import org.jspecify.annotations.Nullable;

/// A good row of a dataset, in the one form that everything after the readers works on, whatever format it was
/// written in. As JSON it is what [RowJson] says.
@JsonSerialize(using = RowJson.Writer.class)
@JsonDeserialize(using = RowJson.Reader.class)
public sealed interface Row {

    enum Kind {
        CHAT,
        COMPLETION,
        PREFERENCE,
        TEXT,
        LABELLED;

        private final String word = name().toLowerCase(Locale.ROOT);

        /// As JSON and reports name it.
        public String word() {
            return word;
        }
    }

    Kind kind();

    /// What stands before the last answer that is trained: rows with the same question stay on one side of a split.
    List<Message> question();

    /// What is to be learnt after [#question()]: the last trained answer.
    String answer();

    /// A conversation.
    ///
    /// @param tools what the assistant may call, declared for the whole row
    /// @param parallelToolCalls OpenAI's switch of that name, where the row sets it
    record Chat(
            List<Message> messages,
            List<Tool> tools,
            @Nullable Boolean parallelToolCalls) implements Row {
        public Chat {
            messages = List.copyOf(messages);
            tools = List.copyOf(tools);
        }

        public Chat(List<Message> messages) {
            this(messages, List.of(), null);
        }

        @Override
        public Kind kind() {
            return Kind.CHAT;
        }

        @Override
        public List<Message> question() {
            return messages.subList(0, lastTrained());
        }

        @Override
        public String answer() {
            return messages.isEmpty() ? "" : messages.get(lastTrained()).content();
        }

        private int lastTrained() {
            int answer = messages.size() - 1;
            while (answer > 0 && !messages.get(answer).trained()) answer--;
            return Math.max(0, answer);
        }
    }

    /// A prompt and what should follow it, as plain text.
    record Completion(String prompt, String completion) implements Row {
        @Override
        public Kind kind() {
            return Kind.COMPLETION;
        }

        @Override
        public List<Message> question() {
            return List.of(new Message(Message.USER, prompt, false));
        }

        @Override
        public String answer() {
            return completion;
        }

        /// The same as a chat of two messages.
        public Chat asChat() {
            return new Chat(List.of(
                    new Message(Message.USER, prompt, false), new Message(Message.ASSISTANT, completion, true)));
        }

        @Override
        public String toString() {
            return "Completion[withheld: it holds training text]";
        }
    }

    /// Two ways on from one prompt, the first the better. Either may have several turns and ends with the assistant's.
    record Preference(List<Message> prompt, List<Message> chosen, List<Message> rejected, List<Tool> tools)
            implements Row {
        public Preference {
            prompt = List.copyOf(prompt);
            chosen = List.copyOf(chosen);
            rejected = List.copyOf(rejected);
            tools = List.copyOf(tools);
        }

        @Override
        public Kind kind() {
            return Kind.PREFERENCE;
        }

        @Override
        public List<Message> question() {
            return prompt;
        }

        @Override
        public String answer() {
            return chosen.isEmpty() ? "" : chosen.getLast().content();
        }

        /// The prompt and the better way on, as one chat.
        public Chat chosenChat() {
            return joined(chosen);
        }

        /// The prompt and the worse way on, as one chat.
        public Chat rejectedChat() {
            return joined(rejected);
        }

        private Chat joined(List<Message> output) {
            List<Message> messages = new java.util.ArrayList<>(prompt);
            messages.addAll(output);
            return new Chat(messages, tools, null);
        }
    }

    /// Text every token of which is learnt.
    record Text(String text) implements Row {
        @Override
        public Kind kind() {
            return Kind.TEXT;
        }

        @Override
        public List<Message> question() {
            return List.of(new Message(Message.USER, text, false));
        }

        @Override
        public String answer() {
            return text;
        }

        @Override
        public String toString() {
            return "Text[withheld: it holds training text]";
        }
    }

    /// Text and the class it belongs to.
    ///
    /// @param label as written; a whole number is kept in decimal
    record Labelled(String text, String label) implements Row {
        @Override
        public Kind kind() {
            return Kind.LABELLED;
        }

        @Override
        public List<Message> question() {
            return List.of(new Message(Message.USER, text, false));
        }

        @Override
        public String answer() {
            return label;
        }

        @Override
        public String toString() {
            return "Labelled[withheld: it holds training text]";
        }
    }

    /// One message of a conversation.
    ///
    /// @param role `system`, `user`, `assistant` or `tool`
    /// @param content its text, parts joined; empty where an assistant only calls tools
    /// @param trained whether the model learns to write this message; only an assistant's may be
    /// @param name the participant's name, where the row gives one; of a tool message the tool's
    /// @param toolCalls what the assistant calls here
    /// @param toolCallId of a tool message: the call it answers
    record Message(
            String role,
            String content,
            boolean trained,
            @Nullable String name,
            List<ToolCall> toolCalls,
            @Nullable String toolCallId) {

        public static final String SYSTEM = "system";
        public static final String USER = "user";
        public static final String ASSISTANT = "assistant";
        public static final String TOOL = "tool";

        public Message {
            toolCalls = List.copyOf(toolCalls);
        }

        public Message(String role, String content, boolean trained) {
            this(role, content, trained, null, List.of(), null);
        }

        public boolean assistant() {
            return role.equals(ASSISTANT);
        }

        @Override
        public String toString() {
            return "Message[" + role + ", withheld: it holds training text]";
        }
    }

    /// A call of a tool.
    ///
    /// @param id what the answering tool message refers to, where the row gives one
    /// @param arguments the text that the model wrote, which should be a JSON object
    record ToolCall(@Nullable String id, String name, String arguments) {
        @Override
        public String toString() {
            return "ToolCall[withheld: it holds training text]";
        }
    }

    /// A tool the assistant may call.
    ///
    /// @param parameters JSON Schema of the arguments, where the row gives one
    /// @param strict OpenAI's switch of that name, where the row sets it
    record Tool(
            String name,
            @Nullable String description,
            @Nullable JsonNode parameters,
            @Nullable Boolean strict) {
        @Override
        public String toString() {
            return "Tool[withheld: it holds training text]";
        }
    }
}
