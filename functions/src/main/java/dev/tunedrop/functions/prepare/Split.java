package dev.tunedrop.functions.prepare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.tunedrop.functions.dataset.CanonicalRow;

/// Which rows are used, and on which side.
///
/// A repeated row is left out. Rows with one question, and rows that say nearly the same, go to one side, by the
/// question's own hash, so no answer leaks
/// into validation, the same row falls on the same side in every run, and the order of rows does not matter.
final class Split {

    /// Rows at least before one is held out against the share.
    static final int ROWS_FOR_ONE = 10;

    /// 128 bits of a SHA-256 sum.
    record Key(long high, long low) implements Comparable<Key> {
        static Key of(String sum) {
            return new Key(Long.parseUnsignedLong(sum, 0, 16, 16), Long.parseUnsignedLong(sum, 16, 32, 16));
        }

        @Override
        public int compareTo(Key other) {
            int order = Long.compareUnsigned(high, other.high);
            return order != 0 ? order : Long.compareUnsigned(low, other.low);
        }
    }

    private final double share;
    private final Set<Key> contents = new HashSet<>();
    private final Map<Key, Integer> questions = new HashMap<>();
    private final Map<Key, Key> joined = new HashMap<>();
    private final Set<Key> heldOut = new HashSet<>();
    private long duplicates;

    Split(double share) {
        this.share = share;
    }

    /// First pass: every row once, in order. Answers false for a repeated one.
    boolean see(CanonicalRow row) {
        if (!contents.add(Key.of(row.content()))) {
            duplicates++;
            return false;
        }
        questions.merge(Key.of(row.question()), 1, Integer::sum);
        return true;
    }

    /// Between the passes: keeps two questions on one side, because rows of theirs say nearly the same.
    void together(Key first, Key second) {
        Key one = root(first);
        Key other = root(second);
        if (one.equals(other)) return;
        boolean rising = one.compareTo(other) < 0;
        joined.put(rising ? other : one, rising ? one : other);
    }

    /// The least question that a question goes with.
    private Key root(Key question) {
        Key at = question;
        for (Key up = joined.get(at); up != null; up = joined.get(at)) {
            Key further = joined.get(up);
            if (further != null) joined.put(at, further);
            at = up;
        }
        return at;
    }

    private void join() {
        for (Key question : joined.keySet().toArray(Key[]::new)) {
            Integer rows = questions.remove(question);
            if (rows != null) questions.merge(root(question), rows, Integer::sum);
        }
    }

    /// After that: holds out whole questions, smallest hashes first, until the share of rows is reached.
    void decide() {
        join();
        long rows = contents.size();
        long wanted = Math.round(share * rows);
        if (share > 0 && wanted == 0 && rows >= ROWS_FOR_ONE) wanted = 1;
        List<Map.Entry<Key, Integer>> inOrder = new ArrayList<>(questions.entrySet());
        inOrder.sort(Map.Entry.comparingByKey());
        long held = 0;
        for (Map.Entry<Key, Integer> question : inOrder) {
            if (held >= wanted || heldOut.size() + 1 == questions.size()) break;
            if (held + question.getValue() > 2 * wanted) continue;
            heldOut.add(question.getKey());
            held += question.getValue();
        }
        contents.clear();
    }

    /// Second pass, same order: the side, or null for a repeated row.
    @org.jspecify.annotations.Nullable
    String side(CanonicalRow row) {
        if (!contents.add(Key.of(row.content()))) return null;
        return heldOut.contains(root(Key.of(row.question()))) ? CanonicalRow.VALIDATION : CanonicalRow.TRAIN;
    }

    long duplicates() {
        return duplicates;
    }
}
