package dev.tunedrop.text.bpe;

import java.util.Arrays;

/// Merges the symbols of one word: of all neighbouring pairs the one with the least rank, the leftmost of equals, until
/// none is left.
///
/// Short words search their few pairs each time. Long ones keep a heap of pairs, so that a megabyte of one letter takes
/// n log n steps and not n².
final class WordMerger {

    private static final int SHORT = 48;
    private static final int NOTHING = -1;
    private static final int SHORT_HEAP = 1 << 10;

    private final MergeTable merges;
    private final long[] pairs = new long[SHORT];

    // the long word's symbols as a linked list, and a heap of `rank << 32 | position`
    private long[] ranks = new long[0];
    private int[] next = new int[0];
    private int[] before = new int[0];
    private long[] heap = new long[0];
    private int heapSize;

    WordMerger(MergeTable merges) {
        this.merges = merges;
    }

    /// Merges `symbols[from, to)` in place; answers the new end.
    int merge(int[] symbols, int from, int to) {
        if (to - from < 2) return to;
        if (to - from <= SHORT) return mergeShort(symbols, from, to);
        return merges(symbols, from, to) ? mergeLong(symbols, from, to) : to;
    }

    /// Whether any two neighbours merge: a long line of one sign needs no room where they do not.
    private boolean merges(int[] symbols, int from, int to) {
        for (int i = from; i + 1 < to; i++) if (merges.get(symbols[i], symbols[i + 1]) != MergeTable.NONE) return true;
        return false;
    }

    private int mergeShort(int[] symbols, int from, int to) {
        int last = to - from - 1;
        for (int i = 0; i < last; i++) pairs[i] = merges.get(symbols[from + i], symbols[from + i + 1]);
        while (last > 0) {
            long least = MergeTable.NONE;
            int at = NOTHING;
            for (int i = 0; i < last; i++)
                if (pairs[i] < least) {
                    least = pairs[i];
                    at = i;
                }
            if (at == NOTHING) break;
            symbols[from + at] = (int) least;
            System.arraycopy(symbols, from + at + 2, symbols, from + at + 1, last - at - 1);
            System.arraycopy(pairs, at + 1, pairs, at, last - at - 1);
            last--;
            if (at > 0) pairs[at - 1] = merges.get(symbols[from + at - 1], symbols[from + at]);
            if (at < last) pairs[at] = merges.get(symbols[from + at], symbols[from + at + 1]);
        }
        return from + last + 1;
    }

    private int mergeLong(int[] symbols, int from, int to) {
        int length = to - from;
        makeRoom(length);
        heapSize = 0;
        for (int i = 0; i < length; i++) {
            next[i] = i + 1 < length ? i + 1 : NOTHING;
            before[i] = i - 1;
        }
        for (int i = 0; i < length; i++) pair(symbols, from, i);
        while (heapSize > 0) {
            long top = pop();
            int at = (int) top;
            if (ranks[at] == MergeTable.NONE || ranks[at] >>> 32 != top >>> 32) continue;
            int right = next[at];
            symbols[from + at] = (int) ranks[at];
            ranks[right] = MergeTable.NONE;
            next[at] = next[right];
            if (next[at] != NOTHING) before[next[at]] = at;
            pair(symbols, from, at);
            if (before[at] != NOTHING) pair(symbols, from, before[at]);
        }
        int end = from;
        for (int i = 0; i != NOTHING; i = next[i]) symbols[end++] = symbols[from + i];
        return end;
    }

    /// Looks at the pair that begins at `at`, after one of the two changed.
    private void pair(int[] symbols, int from, int at) {
        int right = next[at];
        ranks[at] = right == NOTHING ? MergeTable.NONE : merges.get(symbols[from + at], symbols[from + right]);
        if (ranks[at] != MergeTable.NONE) push((ranks[at] & 0xffffffff00000000L) | at);
    }

    private void makeRoom(int length) {
        if (ranks.length >= length) return;
        ranks = new long[length];
        next = new int[length];
        before = new int[length];
        heap = new long[Math.min(length, SHORT_HEAP)];
    }

    private void push(long entry) {
        if (heapSize == heap.length) heap = Arrays.copyOf(heap, heapSize * 2);
        int hole = heapSize++;
        while (hole > 0 && heap[(hole - 1) / 2] > entry) {
            heap[hole] = heap[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }
        heap[hole] = entry;
    }

    private long pop() {
        long top = heap[0];
        long entry = heap[--heapSize];
        int hole = 0;
        for (int child = 1; child < heapSize; child = 2 * hole + 1) {
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) child++;
            if (heap[child] >= entry) break;
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = entry;
        return top;
    }
}
