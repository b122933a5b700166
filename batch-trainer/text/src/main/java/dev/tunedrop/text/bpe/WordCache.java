package dev.tunedrop.text.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The ids of short words met before. Fixed in size: a new word takes the place of an old one with the same slot.
///
/// A word of up to fifteen bytes is its own key: two longs, the length in the last byte. Nothing can be mistaken for
/// something else. Words of more than four tokens are not kept.
final class WordCache {

    /// The longest word in bytes, and how many bytes past a word's start are read.
    static final int LONGEST = 15;

    static final int READ_AHEAD = 16;

    private static final int MOST_IDS = 4;
    private static final int NO_ID = -1;
    private static final int BITS = 15;
    private static final int SLOTS = 1 << BITS;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long[] keys = new long[2 * SLOTS];
    private final int[] ids = new int[MOST_IDS * SLOTS];

    /// The first eight bytes of a word.
    static long low(byte[] text, int from, int length) {
        long bytes = (long) LONGS.get(text, from);
        return length >= Long.BYTES ? bytes : bytes & ((1L << (8 * length)) - 1);
    }

    /// The next seven bytes of a word, and its length.
    static long high(byte[] text, int from, int length) {
        long size = (long) length << 56;
        if (length <= Long.BYTES) return size;
        return ((long) LONGS.get(text, from + Long.BYTES) & ((1L << (8 * (length - Long.BYTES))) - 1)) | size;
    }

    private static int slot(long low, long high) {
        long mixed = (low ^ (Long.rotateLeft(high, 29) * 0xff51afd7ed558ccdL)) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> (64 - BITS));
    }

    /// Writes the word's ids to `into` at `at`; answers the place after the last, or `at` itself for an unknown word.
    int get(long low, long high, int[] into, int at) {
        int slot = slot(low, high);
        if (keys[2 * slot] != low || keys[2 * slot + 1] != high) return at;
        int first = MOST_IDS * slot;
        int end = at;
        into[end++] = ids[first];
        for (int i = 1; i < MOST_IDS && ids[first + i] != NO_ID; i++) into[end++] = ids[first + i];
        return end;
    }

    void put(long low, long high, int[] from, int start, int end) {
        if (end - start > MOST_IDS || end == start) return;
        int slot = slot(low, high);
        keys[2 * slot] = low;
        keys[2 * slot + 1] = high;
        for (int i = 0; i < MOST_IDS; i++) ids[MOST_IDS * slot + i] = start + i < end ? from[start + i] : NO_ID;
    }
}
