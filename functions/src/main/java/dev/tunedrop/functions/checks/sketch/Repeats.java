package dev.tunedrop.functions.checks.sketch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;

import dev.tunedrop.functions.checks.sketch.Scratch.Ints;

/// What is there more than once in a file of sketches. What is found depends on the rows and their order only.
///
/// Near duplicates are found by locality-sensitive hashing (Indyk and Motwani 1998; Leskovec et al., *Mining of
/// Massive Datasets*, section 3.4): a signature is cut into b = 16 bands of r = 4 places, rows that agree in a
/// whole band are compared, and those whose signatures agree in at least [#ALIKE] of all places are told. Two rows
/// with J in common are compared with probability 1 − (1 − Jʳ)ᵇ: 0.64 at J = 0.5, 0.9998 at J = 0.8. In each bucket
/// a row is compared with the first that came there, so the work grows with the rows and no faster.
///
/// What is remembered of each row is kept beside the sketches, on disk where it is much ([Scratch]): at most
/// [#BYTES_A_ROW]. Only where the disk has no room for that, or beyond [#MOST_ROWS], rows go unsearched, and how
/// many is told.
public final class Repeats {

    static final int MOST_ROWS = 1 << 30;

    /// Four columns and a table of up to three slots a row.
    private static final int BYTES_A_ROW = 7 * Integer.BYTES;

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
    private final Ints like;
    private final Ints table;
    private final Found duplicates;
    private final Found nearDuplicates;
    private final Found conflicts;
    private final List<Found> repeatedAnswers;

    private Repeats(SketchFile sketches, Scratch scratch) throws IOException {
        this.sketches = sketches;
        this.rows = (int) Math.min(scratch.roomFor(sketches.rows(), BYTES_A_ROW), MOST_ROWS);
        this.table = scratch.ints(Math.max(16, Long.highestOneBit(rows + rows / 2L) << 1));
        Ints same = scratch.ints(rows);
        firstWithTheSame(row -> true, sketches::content, (a, b) -> sketches.content(a) == sketches.content(b), same);
        duplicates = found(row -> same.get(row) != row);
        like = scratch.ints(rows);
        nearDuplicates(same);
        nearDuplicates = found(row -> same.get(row) == row && near(row));
        IntPredicate answers = row -> same.get(row) == row && sketches.answer(row) != 0;
        Ints first = scratch.ints(rows);
        firstWithTheSame(
                answers,
                sketches::questionHigh,
                (a, b) -> sketches.questionHigh(a) == sketches.questionHigh(b)
                        && sketches.questionLow(a) == sketches.questionLow(b),
                first);
        conflicts = found(row -> first.get(row) != row && sketches.answer(first.get(row)) != sketches.answer(row));
        firstWithTheSame(answers, sketches::answer, (a, b) -> sketches.answer(a) == sketches.answer(b), first);
        repeatedAnswers = repeatedAnswers(first, scratch.ints(rows));
    }

    public static Repeats in(SketchFile sketches) throws IOException {
        return in(sketches, Scratch.MOST_IN_HEAP);
    }

    /// @param inHeap how many ints of a column may be kept in the heap
    static Repeats in(SketchFile sketches, int inHeap) throws IOException {
        return new Repeats(sketches, sketches.scratch(inHeap));
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
    private void firstWithTheSame(IntPredicate asked, Sum sum, Same same, Ints first) {
        table.clear();
        for (int row = 0; row < rows; row++) {
            first.set(row, row);
            if (!asked.test(row)) continue;
            long slot = slot(row, sum.of(row), same);
            int there = table.get(slot);
            if (there < 0) table.set(slot, row);
            else first.set(row, there);
        }
    }

    private void nearDuplicates(Ints same) {
        for (int row = 0; row < rows; row++) like.set(row, row);
        for (int b = 0; b < BANDS; b++) {
            int band = b;
            table.clear();
            for (int row = 0; row < rows; row++) {
                if (same.get(row) != row || sketches.words(row) == 0) continue;
                long slot =
                        slot(row, sketches.band(row, band), (a, c) -> sketches.band(a, band) == sketches.band(c, band));
                int there = table.get(slot);
                if (there < 0) table.set(slot, row);
                else if (!near(row) && sketches.alike(row, there) >= ALIKE) like.set(row, there);
            }
        }
    }

    /// The slot of the first row that is the same, or the free one where a new row goes.
    private long slot(int row, long sum, Same same) {
        long last = table.size() - 1;
        long slot = Words.mix(sum) & last;
        for (int there = table.get(slot); there >= 0 && !same.test(row, there); there = table.get(slot))
            slot = (slot + 1) & last;
        return slot;
    }

    private List<Found> repeatedAnswers(Ints first, Ints counts) {
        for (int row = 0; row < rows; row++) counts.set(row, 0);
        for (int row = 0; row < rows; row++) counts.set(first.get(row), counts.get(first.get(row)) + 1);
        Comparator<Integer> rarest =
                Comparator.<Integer>comparingInt(counts::get).thenComparing(Comparator.reverseOrder());
        PriorityQueue<Integer> often = new PriorityQueue<>(rarest);
        for (int row = 0; row < rows; row++) {
            if (counts.get(row) < 2) continue;
            often.add(row);
            if (often.size() > MOST_ANSWERS) often.remove();
        }
        return often.stream()
                .sorted(rarest.reversed())
                .map(answer -> found(row -> first.get(row) == answer))
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

    /// How many rows were searched, the first of the file.
    public long seenRows() {
        return rows;
    }

    /// Rows behind them, which were not searched.
    public long unseenRows() {
        return sketches.rows() - (long) rows;
    }

    /// Whether a row is nearly as an earlier one.
    boolean near(int row) {
        return like.get(row) != row;
    }

    /// A pair of questions, as halves of their sums.
    @FunctionalInterface
    public interface Pairs {
        void together(long firstHigh, long firstLow, long secondHigh, long secondLow);
    }

    /// Names the questions of near duplicates in pairs: a split that tears one apart tests on what it trained on.
    public void pairs(Pairs pairs) {
        for (int row = 0; row < rows; row++)
            if (near(row))
                pairs.together(
                        sketches.questionHigh(row),
                        sketches.questionLow(row),
                        sketches.questionHigh(like.get(row)),
                        sketches.questionLow(like.get(row)));
    }
}
