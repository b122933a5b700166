package dev.tunedrop.text.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The ids of short words met before. Fixed in size: each word has four places, and a new word drives out the oldest of
/// those that have the same.
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
    private static final int PLACE = 4;
    private static final int PLACES = 4 * PLACE;
    private static final long NO_IDS = -1;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// Four longs a place, so that a word lies in one cache line: its two keys, then its ids in pairs.
    private final long[] table = new long[PLACE * SLOTS];

    /// What remains of the first eight bytes of a word of each length, and of the eight behind them.
    private static final long[] LOW = new long[READ_AHEAD];

    private static final long[] HIGH = new long[READ_AHEAD];

    static {
        for (int length = 0; length <= LONGEST; length++) {
            LOW[length] = length >= Long.BYTES ? -1 : (1L << (8 * length)) - 1;
            HIGH[length] = length <= Long.BYTES ? 0 : (1L << (8 * (length - Long.BYTES))) - 1;
        }
    }

    /// The first eight bytes of a word.
    static long low(byte[] text, int from, int length) {
        return (long) LONGS.get(text, from) & LOW[length];
    }

    /// The next seven bytes of a word, and its length.
    static long high(byte[] text, int from, int length) {
        return ((long) LONGS.get(text, from + Long.BYTES) & HIGH[length]) | ((long) length << 56);
    }

    private static int places(long low, long high) {
        long mixed = (low ^ (Long.rotateLeft(high, 29) * 0xff51afd7ed558ccdL)) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> (64 - BITS)) * PLACE & -PLACES;
    }

    /// Writes the word's ids to `into` at `at`; answers the place after the last, or `at` itself for an unknown word.
    int get(long low, long high, int[] into, int at) {
        int place = places(low, high);
        if (table[place] != low || table[place + 1] != high) {
            int last = place + PLACES - PLACE;
            do {
                if (place == last) return at;
                place += PLACE;
            } while (table[place] != low || table[place + 1] != high);
        }
        long first = table[place + 2];
        into[at] = (int) first;
        if (first >> 32 == NO_IDS) return at + 1;
        into[at + 1] = (int) (first >> 32);
        long second = table[place + 3];
        if ((int) second == NO_ID) return at + 2;
        into[at + 2] = (int) second;
        if (second >> 32 == NO_IDS) return at + 3;
        into[at + 3] = (int) (second >> 32);
        return at + 4;
    }

    /// The word goes to its first place, the others move on by one.
    void put(long low, long high, int[] from, int start, int end) {
        int count = end - start;
        if (count > MOST_IDS || count == 0) return;
        int place = places(low, high);
        System.arraycopy(table, place, table, place + PLACE, PLACES - PLACE);
        table[place] = low;
        table[place + 1] = high;
        table[place + 2] = pair(from[start], count > 1 ? from[start + 1] : NO_ID);
        table[place + 3] = pair(count > 2 ? from[start + 2] : NO_ID, count > 3 ? from[start + 3] : NO_ID);
    }

    private static long pair(int first, int second) {
        return ((long) second << 32) | (first & 0xffffffffL);
    }
}
