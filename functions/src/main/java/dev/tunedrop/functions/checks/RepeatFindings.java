package dev.tunedrop.functions.checks;

import java.util.List;

import dev.tunedrop.functions.checks.sketch.Repeats;
import dev.tunedrop.functions.dataset.Findings;

/// Says what is there more than once.
final class RepeatFindings {

    /// An answer is told as a stock answer when this many rows have it and they are this share of all.
    private static final int STOCK_ROWS = 10;
    private static final double STOCK_SHARE = 0.05;

    private RepeatFindings() {}

    static void add(Repeats repeats, long rows, Findings findings) {
        warn(
                findings,
                repeats.duplicates(),
                "row-duplicate",
                "the row was there before",
                "Nothing to do: it is used once.");
        warn(
                findings,
                repeats.nearDuplicates(),
                "row-near-duplicate",
                "the row says nearly what an earlier one says",
                "Keep one of them, unless the difference is what is to be learnt; neither is used to judge the other.");
        warn(
                findings,
                repeats.conflicts(),
                "answer-conflict",
                "an earlier row has the same question with another answer",
                "Keep the better answer, unless both are right.");
        for (Repeats.Found answer : repeats.repeatedAnswers())
            if (answer.rows() >= STOCK_ROWS && answer.rows() >= STOCK_SHARE * rows)
                warn(
                        findings,
                        answer,
                        "answer-repeated",
                        "many rows have the same long answer",
                        "Check that the model should learn to say this so often.");
        if (repeats.unseenRows() > 0)
            Tallies.warn(
                    findings,
                    new Tally(1, List.of(0L)),
                    "repeats-unseen",
                    "%,d rows beyond the first %,d were not searched for repeats, for want of disk"
                            .formatted(repeats.unseenRows(), repeats.seenRows()),
                    "Give the check more disk for its temporary files, or drop repeats before.");
    }

    private static void warn(Findings findings, Repeats.Found found, String rule, String message, String remedy) {
        Tallies.warn(findings, new Tally(found.rows(), found.lines()), rule, message, remedy);
    }
}
