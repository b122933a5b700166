package dev.tunedrop.endpoint.generate;

import java.util.List;
import java.util.Set;

/// The text side of a base, as generation needs it.
public interface Words {

    /// The token ids that a model reads before it answers.
    ///
    /// @throws UnusableRequest where the base cannot take this conversation
    int[] promptIds(List<Message> messages);

    /// Tokens that end an answer.
    Set<Integer> endTokens();

    /// A new decoder for one answer.
    Stream stream();

    /// Turns tokens into text as they come.
    interface Stream {

        /// The text that this token completes: whole characters only, so it may be empty.
        String accept(int token);

        /// What is left at the end of the answer. Bytes that never became a character are left out.
        String finish();
    }
}
