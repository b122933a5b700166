package dev.tunedrop.functions.checks.scan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Words as numbers. A letter or digit of ASCII counts six bits, whatever its case; each next one moves the others up,
/// so that words of up to ten have each their own key. Eight characters are put together at once.
public final class WordKeys {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long PRIME = 0x100000001b3L;
    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_FIVE = 0x1f * ONES;
    private static final int LETTER_BITS = 6;
    private static final int ASCII = 0x80;

    private WordKeys() {}

    /// The key of a word that goes on with a letter or digit, letters in lower case; it begins as 0.
    public static long next(long key, int character) {
        long moved = Long.rotateLeft(key, LETTER_BITS);
        return character < ASCII ? moved ^ number(character) : (moved ^ character) * PRIME;
    }

    /// From 1 to 36, a digit or a letter.
    private static int number(int character) {
        return (character & 0x1f) + (character >= 'A' ? 10 : -15);
    }

    /// The key of the letters and digits of ASCII from one place to another.
    ///
    /// @param first the eight bytes there
    static long of(byte[] text, int from, int to, long first) {
        return to - from <= Long.BYTES ? together(first, to - from) : ofLong(text, from, to);
    }

    private static long ofLong(byte[] text, int from, int to) {
        long key = together(eight(text, from), Long.BYTES);
        int at = from + Long.BYTES;
        for (; at + Long.BYTES < to; at += Long.BYTES)
            key = Long.rotateLeft(key, LETTER_BITS * Long.BYTES) ^ together(eight(text, at), Long.BYTES);
        return Long.rotateLeft(key, LETTER_BITS * (to - at)) ^ together(eight(text, at), to - at);
    }

    /// Eight bytes, the first the lowest; zeros where the text is over.
    static long eight(byte[] text, int at) {
        return at + Long.BYTES <= text.length ? (long) LONGS.get(text, at) : last(text, at);
    }

    private static long last(byte[] text, int at) {
        if (text.length >= Long.BYTES)
            return (long) LONGS.get(text, text.length - Long.BYTES) >>> ((at + Long.BYTES - text.length) << 3);
        long some = 0;
        for (int i = text.length - 1; i >= at; i--) some = (some << 8) | (text[i] & 0xff);
        return some;
    }

    /// The key of the first `length` of eight characters. What stands behind them disturbs only what is cut off.
    private static long together(long characters, int length) {
        long numbers = (characters & LOW_FIVE) + ((characters >>> 6) & ONES) * 25 - 15 * ONES;
        long n = Long.reverseBytes(numbers) >>> (Long.SIZE - (length << 3));
        n = (n & 0x003f003f003f003fL) | ((n >>> 2) & 0x0fc00fc00fc00fc0L);
        n = (n & 0x00000fff00000fffL) | ((n >>> 4) & 0x00fff00000fff000L);
        return (n & 0xffffffL) | ((n >>> 8) & 0xffffff000000L);
    }
}
