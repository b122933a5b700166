package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.dataset.CanonicalRow;

/// Which rows are used, and on which side.
///
/// A repeated row is left out. Rows with one question, and rows that say nearly the same, go to one side, by the
/// least of their questions' hashes, so no answer leaks into validation, the same row falls on the same side in
/// every run, and the order of rows does not matter.
///
/// Where rows are named that are to be held out, these are, and no other. A row beside them that says the same, or asks
/// the same or nearly the same, is left out, so no answer leaks.
///
/// The heap holds two bits a row; the rest is in scratch files. Rows are named by their places, from 0, in the order in
/// which [#see] met them; 2³¹ − 1 of them at most.
final class Split implements AutoCloseable {

    /// Rows at least before one is held out against the share.
    static final int ROWS_FOR_ONE = 10;

    private final double share;
    private final Path scratch;
    private final SortedKeys contents;
    private final SortedKeys questions;
    private final BitSet repeated = new BitSet();
    private final BitSet heldOut = new BitSet();
    private final BitSet named = new BitSet();
    private @Nullable Groups groups;

    /// @param scratch a folder for files that [#close()] removes
    Split(double share, Path scratch) throws IOException {
        this.share = share;
        this.scratch = scratch;
        this.contents = new SortedKeys(scratch.resolve("contents.keys"));
        this.questions = new SortedKeys(scratch.resolve("questions.keys"));
    }

    /// First every row once, in order.
    void see(RowSums row) throws IOException {
        see(row, false);
    }

    /// @param heldOut whether the row is one that is to be held out
    void see(RowSums row, boolean heldOut) throws IOException {
        if (heldOut) named.set(bit(contents.size()));
        contents.add(row.content());
        questions.add(row.question());
    }

    /// Then, once: finds repeated rows.
    void sort() throws IOException {
        contents.sort();
        for (long place = 0, end; place < contents.size(); place = end) {
            end = contents.endOfEqual(place);
            long kept = kept(place, end);
            for (long again = place; again < end; again++) if (again != kept) repeated.set(bit(contents.row(again)));
        }
        questions.sort();
        groups = new Groups(scratch.resolve("questions.groups"), questions.size());
    }

    /// Of equal rows the first, but one that is to be held out before any other.
    private long kept(long place, long end) {
        if (!named.isEmpty())
            for (long one = place; one < end; one++) if (named.get(bit(contents.row(one)))) return one;
        return place;
    }

    /// After that: keeps two questions on one side, because rows of theirs say nearly the same. A question of no
    /// row that was seen counts for nothing.
    void together(long firstHigh, long firstLow, long secondHigh, long secondLow) {
        long first = questions.find(firstHigh, firstLow);
        long second = questions.find(secondHigh, secondLow);
        if (first >= 0 && second >= 0) groups().join(first, second);
    }

    /// At last: which rows are held out.
    void decide() {
        if (named.isEmpty()) byShare();
        else byName();
    }

    private void byName() {
        heldOut.or(named);
        heldOut.andNot(repeated);
        BitSet asked = new BitSet();
        for (long place = 0, end; place < questions.size(); place = end) {
            end = questions.endOfEqual(place);
            for (long i = place; i < end; i++)
                if (heldOut.get(bit(questions.row(i)))) asked.set(bit(groups().least(place)));
        }
        for (long place = 0, end; place < questions.size(); place = end) {
            end = questions.endOfEqual(place);
            if (!asked.get(bit(groups().least(place)))) continue;
            for (long i = place; i < end; i++)
                if (!heldOut.get(bit(questions.row(i)))) repeated.set(bit(questions.row(i)));
        }
    }

    /// Holds out whole groups of questions, smallest hashes first, until the share of rows is reached.
    private void byShare() {
        long many = count();
        long rows = contents.size() - duplicates();
        long wanted = Math.round(share * rows);
        if (share > 0 && wanted == 0 && rows >= ROWS_FOR_ONE) wanted = 1;
        long held = 0;
        BitSet chosen = new BitSet();
        for (long place = 0; place < questions.size() && held < wanted && many > 1; place++) {
            long count = groups().count(place);
            if (count == 0 || held + count > 2 * wanted) continue;
            chosen.set(bit(place));
            held += count;
            many--;
        }
        for (long place = 0, end; place < questions.size(); place = end) {
            end = questions.endOfEqual(place);
            if (!chosen.get(bit(groups().least(place)))) continue;
            for (long i = place; i < end; i++) heldOut.set(bit(questions.row(i)));
        }
    }

    /// Counts each group's rows where its least question begins, and the groups.
    private long count() {
        long many = 0;
        for (long place = 0, end; place < questions.size(); place = end) {
            end = questions.endOfEqual(place);
            long count = 0;
            for (long i = place; i < end; i++) if (!repeated(questions.row(i))) count++;
            if (groups().least(place) == place) many++;
            groups().add(place, count);
        }
        return many;
    }

    private Groups groups() {
        if (groups == null) throw new IllegalStateException("sort comes first");
        return groups;
    }

    private static int bit(long row) {
        return Math.toIntExact(row);
    }

    /// Whether it is left out: an equal row is used, or it would give away the answer of one that is held out.
    boolean repeated(long row) {
        return repeated.get(bit(row));
    }

    /// The side, or null for a row that is left out.
    @Nullable
    String side(long row) {
        if (repeated(row)) return null;
        return heldOut.get(bit(row)) ? CanonicalRow.VALIDATION : CanonicalRow.TRAIN;
    }

    long duplicates() {
        return repeated.cardinality();
    }

    /// Rows that are held out.
    long heldOut() {
        BitSet used = (BitSet) heldOut.clone();
        used.andNot(repeated);
        return used.cardinality();
    }

    @Override
    public void close() throws IOException {
        try (contents;
                questions) {
            if (groups != null) groups.close();
        }
    }
}
