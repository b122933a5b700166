package dev.tunedrop.text;

import java.util.Arrays;
import java.util.List;

/// A chat as the model reads it.
///
/// @param ids token ids, T of them; the arrays belong to the caller
/// @param trained T flags: predicting this token carries loss
/// @param endOfTurnTrained whether every trained message ends in a trained end-of-turn token; without one the tuned
///     model does not learn to stop
/// @param droppedMessages indices of messages whose text the chat template leaves out
@SuppressWarnings("ArrayRecordComponent") // a hot path: millions of tokens, owned by the caller
public record TokenizedChat(int[] ids, boolean[] trained, boolean endOfTurnTrained, List<Integer> droppedMessages) {

    public TokenizedChat {
        if (ids.length != trained.length)
            throw new IllegalArgumentException(
                    "trained must have %d flags, had %d".formatted(ids.length, trained.length));
        droppedMessages = List.copyOf(droppedMessages);
    }

    public int tokens() {
        return ids.length;
    }

    public int trainedTokens() {
        int count = 0;
        for (boolean flag : trained) if (flag) count++;
        return count;
    }

    /// The ids that carry loss, in order.
    public int[] trainedIds() {
        int[] kept = new int[trainedTokens()];
        int next = 0;
        for (int t = 0; t < ids.length; t++) if (trained[t]) kept[next++] = ids[t];
        return kept;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenizedChat chat
                && Arrays.equals(ids, chat.ids)
                && Arrays.equals(trained, chat.trained)
                && endOfTurnTrained == chat.endOfTurnTrained
                && droppedMessages.equals(chat.droppedMessages);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return "TokenizedChat[%d tokens, %d trained]".formatted(tokens(), trainedTokens());
    }
}
