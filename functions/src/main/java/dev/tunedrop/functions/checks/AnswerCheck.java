package dev.tunedrop.functions.checks;

import java.util.Arrays;

import dev.tunedrop.functions.checks.sketch.Words;
import dev.tunedrop.functions.dataset.Findings;

/// Answers that teach the wrong thing: nothing, the question again, or the same words over and over.
///
/// A *loop* is an answer of at least [#LOOP_WORDS] words of whose groups of four at most a fifth are different ones.
/// Prose stays above nine tenths, tables and code above a third; what a model writes when it is stuck falls below.
final class AnswerCheck implements RowCheck {

    static final int LOOP_WORDS = 60;
    private static final int GROUP = 4;
    private static final double LOOP_SHARE = 0.2;

    /// Room for the groups of longer answers is not kept.
    private static final int KEPT = 1 << 14;

    private long[] seen = new long[1 << 8];

    @Override
    public void see(SeenRow row, Tallies tallies) {
        boolean empty = false;
        boolean echo = false;
        boolean loop = false;
        String before = "";
        for (int i = 0; i < row.said().size(); i++) {
            Said one = row.said().get(i);
            String text = one.text().strip();
            if (one.trained()) {
                empty |= text.isEmpty();
                echo |= !text.isEmpty() && text.equals(before);
                loop |= loops(row.words(), row.firstWord(i), row.firstWord(i + 1));
            }
            before = text;
        }
        if (empty) tallies.add("answer/empty", row.line());
        if (echo) tallies.add("answer/echo", row.line());
        if (loop) tallies.add("answer/loop", row.line());
    }

    /// Counts different groups until there are too many of them: a fifth of an ordinary answer says enough.
    private boolean loops(Words words, int from, int to) {
        if (to - from < LOOP_WORDS) return false;
        int groups = to - from - GROUP + 1;
        int most = (int) (LOOP_SHARE * groups);
        int slots = Integer.highestOneBit(most) << 2;
        if (slots > KEPT) return loops(words, from, groups, most, new long[slots]);
        if (seen.length < slots) seen = new long[slots];
        Arrays.fill(seen, 0, slots, 0);
        return loops(words, from, groups, most, seen);
    }

    private static boolean loops(Words words, int from, int groups, int most, long[] seen) {
        int slots = Integer.highestOneBit(most) << 2;
        int different = 0;
        for (int i = from; i < from + groups; i++) {
            long group = words.group(i, GROUP) | 1;
            int slot = (int) (group >>> 32) & (slots - 1);
            while (seen[slot] != 0 && seen[slot] != group) slot = (slot + 1) & (slots - 1);
            if (seen[slot] == group) continue;
            seen[slot] = group;
            if (++different > most) return false;
        }
        return true;
    }

    @Override
    public void conclude(Tallies tallies, long rows, Findings findings) {
        tallies.warn(
                findings,
                "answer/empty",
                "answer-empty",
                "an answer that is trained is empty, which teaches the model to say nothing",
                "Check that this is meant.");
        tallies.warn(
                findings,
                "answer/echo",
                "answer-echo",
                "an answer repeats the message before it, word for word",
                "Check that this is meant.");
        tallies.warn(
                findings,
                "answer/loop",
                "answer-loop",
                "an answer says the same words over and over",
                "Drop the row if a model wrote it.");
    }
}
