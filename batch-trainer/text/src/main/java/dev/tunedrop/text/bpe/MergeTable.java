package dev.tunedrop.text.bpe;

import java.util.Arrays;

/// Two neighbouring ids → the rank of their merge and the id it makes. Open addressing, nothing boxed; a key and its
/// merge lie side by side, so that one is in the cache when the other is.
///
/// Most pairs that are asked for have no merge. A bit for every pair, which others may share, says so without going to
/// the table, which is larger than the processor's caches.
final class MergeTable {

    /// Greater than every merge.
    static final long NONE = Long.MAX_VALUE;

    private static final long FREE = -1;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /// Half a megabyte: an eighth of the bits are set in a vocabulary of a quarter of a million merges.
    private static final int BITS = 22;

    private final long[] bits = new long[(1 << BITS) / Long.SIZE];
    private long[] table = free(1 << 12);
    private int size;

    private static long[] free(int slots) {
        long[] table = new long[2 * slots];
        Arrays.fill(table, FREE);
        return table;
    }

    /// A later merge of the same two replaces the earlier.
    void put(int left, int right, int rank, int merged) {
        if (size * 10L > table.length * 3L) grow();
        long key = key(left, right);
        long mixed = key * MIX;
        int slot = slot(table, key, mixed);
        if (table[slot] == FREE) size++;
        table[slot] = key;
        table[slot + 1] = ((long) rank << 32) | merged;
        bits[word(mixed)] |= bit(mixed);
    }

    /// Rank in the upper half, merged id in the lower: the least is the merge that comes first. [#NONE] if there is
    /// none.
    long get(int left, int right) {
        long key = key(left, right);
        long mixed = key * MIX;
        if ((bits[word(mixed)] & bit(mixed)) == 0) return NONE;
        int slot = slot(table, key, mixed);
        return table[slot] == key ? table[slot + 1] : NONE;
    }

    /// The word of [#bits] that has a key's bit: the upper part of the bit's number.
    private static int word(long mixed) {
        return (int) (mixed >>> (Long.SIZE - BITS + 6));
    }

    private static long bit(long mixed) {
        return 1L << (mixed >>> (Long.SIZE - BITS));
    }

    private static long key(int left, int right) {
        return ((long) left << 32) | right;
    }

    private static int slot(long[] table, long key, long mixed) {
        int mask = table.length - 1;
        int slot = (int) (mixed >>> 31) & mask & ~1;
        while (table[slot] != key && table[slot] != FREE) slot = (slot + 2) & mask;
        return slot;
    }

    private void grow() {
        long[] old = table;
        table = free(old.length);
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] == FREE) continue;
            int slot = slot(table, old[i], old[i] * MIX);
            table[slot] = old[i];
            table[slot + 1] = old[i + 1];
        }
    }
}
