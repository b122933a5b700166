package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.dataset.CanonicalRow;

/// Which rows are used, and on which side.
///
/// A repeated row is left out. Rows with one question go to one side, by the question's own hash, so no answer leaks
/// into validation, the same row falls on the same side in every run, and the order of rows does not matter.
///
/// The heap holds two bits a row; sums are in scratch files. Rows are named by their places, from 0, in the order in
/// which [#see] met them; 2³¹ − 1 of them at most.
final class Split implements AutoCloseable {

    /// Rows at least before one is held out against the share.
    static final int ROWS_FOR_ONE = 10;

    private final double share;
    private final SortedKeys contents;
    private final SortedKeys questions;
    private final BitSet repeated = new BitSet();
    private final BitSet heldOut = new BitSet();

    /// @param scratch a folder for files that [#close()] removes
    Split(double share, Path scratch) throws IOException {
        this.share = share;
        this.contents = new SortedKeys(scratch.resolve("contents.keys"));
        this.questions = new SortedKeys(scratch.resolve("questions.keys"));
    }

    /// First every row once, in order.
    void see(String content, String question) throws IOException {
        contents.add(content);
        questions.add(question);
    }

    /// Then, once: finds repeated rows, and holds out whole questions, smallest hashes first, until the share of rows
    /// is reached.
    void decide() throws IOException {
        contents.sort();
        for (long place = 0, end; place < contents.size(); place = end) {
            end = contents.endOfEqual(place);
            for (long again = place + 1; again < end; again++) repeated.set(bit(contents.row(again)));
        }
        questions.sort();
        holdOut();
    }

    private void holdOut() {
        long rows = contents.size() - duplicates();
        long wanted = Math.round(share * rows);
        if (share > 0 && wanted == 0 && rows >= ROWS_FOR_ONE) wanted = 1;
        long spare = groups() - 1;
        long held = 0;
        for (long place = 0, end; place < questions.size() && held < wanted && spare > 0; place = end) {
            end = questions.endOfEqual(place);
            long count = 0;
            for (long i = place; i < end; i++) if (!repeated(questions.row(i))) count++;
            if (held + count > 2 * wanted) continue;
            for (long i = place; i < end; i++) heldOut.set(bit(questions.row(i)));
            held += count;
            spare--;
        }
    }

    /// How many questions there are; one of them at least is trained on.
    private long groups() {
        long groups = 0;
        for (long place = 0; place < questions.size(); place = questions.endOfEqual(place)) groups++;
        return groups;
    }

    private static int bit(long row) {
        return Math.toIntExact(row);
    }

    /// Whether an equal row was there before.
    boolean repeated(long row) {
        return repeated.get(bit(row));
    }

    /// The side, or null for a repeated row.
    @Nullable
    String side(long row) {
        if (repeated(row)) return null;
        return heldOut.get(bit(row)) ? CanonicalRow.VALIDATION : CanonicalRow.TRAIN;
    }

    long duplicates() {
        return repeated.cardinality();
    }

    @Override
    public void close() throws IOException {
        try (contents) {
            questions.close();
        }
    }
}
