package dev.tunedrop.functions.checks.sketch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/// What is there more than once in a file of sketches. What is found depends on the rows and their order only.
///
/// Near duplicates are found by locality-sensitive hashing (Indyk and Motwani 1998; Leskovec et al., *Mining of Massive
/// Datasets*, section 3.4): a signature is cut into b = 16 bands of r = 4 places, rows that agree in a whole band are
/// compared, and those whose signatures agree in at least [#ALIKE] of all places are told. Two rows with J in common
/// are
/// compared with probability 1 − (1 − Jʳ)ᵇ: 0.64 at J = 0.5, 0.9998 at J = 0.8. In each bucket a row is compared with
/// the
/// first that came there, so the work grows with the rows and no faster.
///
/// Memory is 12 bytes a row at the most, for the first [#MOST_ROWS] rows.
public final class Repeats {

    public static final int MOST_ROWS = 1 << 22;

    /// From this share of equal places on, rows are near duplicates.
    static final double ALIKE = 0.8;

    static final int BANDS = MinHash.PLACES / 4;

    private static final int LINES = 5;
    private static final int MOST_ANSWERS = 20;

    /// Rows of one sort.
    ///
    /// @param lines the first of them
    public record Found(long rows, List<Long> lines) {
        public Found {
            lines = List.copyOf(lines);
        }
    }

    private final SketchFile sketches;
    private final int rows;
    private final int[] like;
    private final Found duplicates;
    private final Found nearDuplicates;
    private final Found conflicts;
    private final List<Found> repeatedAnswers;

    private Repeats(SketchFile sketches) {
        this.sketches = sketches;
        this.rows = Math.min(sketches.rows(), MOST_ROWS);
        this.like = new int[rows];
        for (int i = 0; i < rows; i++) like[i] = i;
        int[] same =
                firstWithTheSame(row -> true, sketches::content, (a, b) -> sketches.content(a) == sketches.content(b));
        duplicates = found(row -> same[row] != row);
        nearDuplicates(same);
        nearDuplicates = found(row -> same[row] == row && like[row] != row);
        int[] question = firstWithTheSame(
                row -> same[row] == row && sketches.answer(row) != 0,
                sketches::questionHigh,
                (a, b) -> sketches.questionHigh(a) == sketches.questionHigh(b)
                        && sketches.questionLow(a) == sketches.questionLow(b));
        conflicts = found(row -> question[row] != row && sketches.answer(question[row]) != sketches.answer(row));
        repeatedAnswers = repeatedAnswers(same);
    }

    public static Repeats in(SketchFile sketches) {
        return new Repeats(sketches);
    }

    @FunctionalInterface
    private interface Sum {
        long of(int row);
    }

    @FunctionalInterface
    private interface Same {
        boolean test(int row, int other);
    }

    /// For each row the first one that is the same; itself where there is none or the row is not asked.
    private int[] firstWithTheSame(IntPredicate asked, Sum sum, Same same) {
        int[] first = new int[rows];
        int[] table = table();
        for (int row = 0; row < rows; row++) {
            first[row] = row;
            if (!asked.test(row)) continue;
            int slot = slot(table, row, sum.of(row), same);
            if (table[slot] < 0) table[slot] = row;
            else first[row] = table[slot];
        }
        return first;
    }

    private void nearDuplicates(int[] same) {
        int[] table = table();
        for (int b = 0; b < BANDS; b++) {
            int band = b;
            Arrays.fill(table, -1);
            for (int row = 0; row < rows; row++) {
                if (same[row] != row || sketches.words(row) == 0) continue;
                int slot = slot(
                        table,
                        row,
                        sketches.band(row, band),
                        (a, c) -> sketches.band(a, band) == sketches.band(c, band));
                if (table[slot] < 0) table[slot] = row;
                else if (like[row] == row && sketches.alike(row, table[slot]) >= ALIKE) like[row] = table[slot];
            }
        }
    }

    private int[] table() {
        int[] table = new int[Math.max(16, Integer.highestOneBit(rows + rows / 2) << 1)];
        Arrays.fill(table, -1);
        return table;
    }

    /// The slot of the first row that is the same, or the free one where a new row goes.
    private static int slot(int[] table, int row, long sum, Same same) {
        int slot = (int) (Words.mix(sum) & (table.length - 1));
        while (table[slot] >= 0 && !same.test(table[slot], row)) slot = (slot + 1) & (table.length - 1);
        return slot;
    }

    private List<Found> repeatedAnswers(int[] same) {
        int[] first = firstWithTheSame(
                row -> same[row] == row && sketches.answer(row) != 0,
                sketches::answer,
                (a, b) -> sketches.answer(a) == sketches.answer(b));
        int[] counts = new int[rows];
        for (int row = 0; row < rows; row++) counts[first[row]]++;
        List<Integer> often = new ArrayList<>();
        for (int row = 0; row < rows; row++) if (counts[row] > 1) often.add(row);
        often.sort((a, b) -> counts[a] != counts[b] ? Integer.compare(counts[b], counts[a]) : Integer.compare(a, b));
        return often.stream()
                .limit(MOST_ANSWERS)
                .map(answer -> found(row -> first[row] == answer))
                .toList();
    }

    private Found found(IntPredicate which) {
        long count = 0;
        List<Long> lines = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            if (!which.test(row)) continue;
            count++;
            if (lines.size() < LINES) lines.add(sketches.line(row));
        }
        return new Found(count, lines);
    }

    /// Rows that are word for word as an earlier one.
    public Found duplicates() {
        return duplicates;
    }

    /// Rows that are nearly as an earlier one, duplicates left out.
    public Found nearDuplicates() {
        return nearDuplicates;
    }

    /// Rows whose question an earlier row has with another long answer.
    public Found conflicts() {
        return conflicts;
    }

    /// Long answers that several different rows have, the most frequent first.
    public List<Found> repeatedAnswers() {
        return repeatedAnswers;
    }

    /// Rows beyond the first [#MOST_ROWS], which were not searched.
    public long unseenRows() {
        return sketches.rows() - (long) rows;
    }

    /// A pair of questions, as halves of their sums.
    @FunctionalInterface
    public interface Pairs {
        void together(long firstHigh, long firstLow, long secondHigh, long secondLow);
    }

    /// Names the questions of near duplicates in pairs: a split that tears one apart tests on what it trained on.
    public void pairs(Pairs pairs) {
        for (int row = 0; row < rows; row++)
            if (like[row] != row)
                pairs.together(
                        sketches.questionHigh(row),
                        sketches.questionLow(row),
                        sketches.questionHigh(like[row]),
                        sketches.questionLow(like[row]));
    }
}
