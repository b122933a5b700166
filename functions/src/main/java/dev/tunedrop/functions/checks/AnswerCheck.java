package dev.tunedrop.functions.checks;

import java.util.Arrays;
import java.util.List;

import dev.tunedrop.functions.checks.sketch.Words;
import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

/// Answers that teach the wrong thing: nothing, the question again, or the same words over and over.
///
/// A *loop* is an answer of at least [#LOOP_WORDS] words of whose groups of four at most a fifth are different ones.
/// Prose stays above nine tenths, tables and code above a third; what a model writes when it is stuck falls below.
final class AnswerCheck implements RowCheck {

    static final int LOOP_WORDS = 60;
    private static final int GROUP = 4;
    private static final double LOOP_SHARE = 0.2;

    @Override
    public void see(long line, Row row, Tallies tallies) {
        List<Said> said = Said.in(row);
        boolean empty = false;
        boolean echo = false;
        boolean loop = false;
        String before = "";
        for (Said one : said) {
            if (one.trained()) {
                String answer = one.text().strip();
                empty |= answer.isEmpty();
                echo |= !answer.isEmpty() && answer.equals(before);
                loop |= loops(answer);
            }
            before = one.text().strip();
        }
        if (empty) tallies.add("answer/empty", line);
        if (echo) tallies.add("answer/echo", line);
        if (loop) tallies.add("answer/loop", line);
    }

    private static boolean loops(String answer) {
        Words words = new Words();
        words.read(answer);
        if (words.count() < LOOP_WORDS) return false;
        long[] groups = new long[words.count() - GROUP + 1];
        for (int i = 0; i < groups.length; i++) groups[i] = words.group(i, GROUP);
        Arrays.sort(groups);
        int different = 1;
        for (int i = 1; i < groups.length; i++) if (groups[i] != groups[i - 1]) different++;
        return different <= LOOP_SHARE * groups.length;
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
