package dev.tunedrop.text.bpe;

import java.util.Arrays;

/// Two neighbouring ids → the rank of their merge and the id it makes. Open addressing, nothing boxed.
final class MergeTable {

    /// Greater than every merge.
    static final long NONE = Long.MAX_VALUE;

    private static final long FREE = -1;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private long[] keys = new long[1 << 12];
    private long[] merges = new long[1 << 12];
    private int size;

    MergeTable() {
        Arrays.fill(keys, FREE);
    }

    /// A later merge of the same two replaces the earlier.
    void put(int left, int right, int rank, int merged) {
        if (size * 5L > keys.length * 3L) grow();
        int slot = slot(keys, key(left, right));
        if (keys[slot] == FREE) size++;
        keys[slot] = key(left, right);
        merges[slot] = ((long) rank << 32) | merged;
    }

    /// Rank in the upper half, merged id in the lower: the least is the merge that comes first. [#NONE] if there is
    /// none.
    long get(int left, int right) {
        long key = key(left, right);
        int slot = slot(keys, key);
        return keys[slot] == key ? merges[slot] : NONE;
    }

    private static long key(int left, int right) {
        return ((long) left << 32) | right;
    }

    private static int slot(long[] keys, long key) {
        int mask = keys.length - 1;
        int slot = (int) ((key * MIX) >>> 32) & mask;
        while (keys[slot] != key && keys[slot] != FREE) slot = (slot + 1) & mask;
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldMerges = merges;
        keys = new long[oldKeys.length * 2];
        merges = new long[oldKeys.length * 2];
        Arrays.fill(keys, FREE);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] == FREE) continue;
            int slot = slot(keys, oldKeys[i]);
            keys[slot] = oldKeys[i];
            merges[slot] = oldMerges[i];
        }
    }
}
