package dev.tunedrop.functions.checks.sketch;

import java.nio.charset.StandardCharsets;

import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.dataset.RowDigests;

/// What is kept of a row to find it again: sums, from which no text can be had back.
///
/// @param content sum of the whole row
/// @param questionHigh first half of the sum of what stands before the last trained answer
/// @param questionLow its second half
/// @param answer sum of that answer; 0 where it is short or there is no question apart from it
/// @param words how many words are compared; 0 where they are too few
/// @param signature of those words, see [MinHash]
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
public record RowSketch(
        long line, long content, long questionHigh, long questionLow, long answer, int words, short[] signature) {

    /// Labels and stock phrases are shorter.
    static final int LONG_ANSWER = 40;

    /// @param sums of the row's content and question
    /// @param words of all that is said in the row, instructions left out: they are often the same in every row
    /// @param count how many of them are compared
    public static RowSketch of(long line, Row row, RowDigests sums, Words words, int count) {
        boolean compared = count >= MinHash.FEWEST_WORDS;
        return new RowSketch(
                line,
                sums.contentHigh(),
                sums.questionHigh(),
                sums.questionLow(),
                answer(row),
                compared ? count : 0,
                compared ? MinHash.of(words, count) : new short[MinHash.PLACES]);
    }

    private static long answer(Row row) {
        return switch (row) {
            case Row.Chat chat -> sum(chat.answer());
            case Row.Completion pair -> sum(pair.answer());
            case Row.Preference pair -> sum(pair.answer());
            case Row.Text none -> 0;
            case Row.Labelled none -> 0;
        };
    }

    private static long sum(String answer) {
        return answer.length() < LONG_ANSWER ? 0 : Words.sum(answer.getBytes(StandardCharsets.UTF_8));
    }
}
