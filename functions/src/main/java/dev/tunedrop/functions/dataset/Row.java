package dev.tunedrop.functions.dataset;

import java.util.List;

/// A good row of a dataset.
public sealed interface Row {

    /// The row's format, as reports name it.
    String format();

    /// `messages` as OpenAI's chat fine-tuning has them.
    record Chat(List<Message> messages) implements Row {
        public static final String FORMAT = "openai-chat";

        public Chat {
            messages = List.copyOf(messages);
        }

        @Override
        public String format() {
            return FORMAT;
        }
    }

    /// A prompt and what should follow it.
    record Completion(String prompt, String completion) implements Row {
        public static final String FORMAT = "prompt-completion";

        @Override
        public String format() {
            return FORMAT;
        }

        @Override
        public String toString() {
            return "Completion[withheld: it holds training text]";
        }
    }

    /// @param trained whether the model learns to write this message
    record Message(String role, String content, boolean trained) {
        @Override
        public String toString() {
            return "Message[" + role + ", withheld: it holds training text]";
        }
    }
}
