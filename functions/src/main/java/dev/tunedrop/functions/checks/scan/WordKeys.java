package dev.tunedrop.functions.checks.scan;

import dev.tunedrop.functions.dataset.Octets;

/// Words as numbers, whatever the case of their letters. Up to eight letters and digits of ASCII are put together as
/// they are, eight bits each, so that every such word has a key of its own; longer words, and those with other letters,
/// have a hash.
public final class WordKeys {

    private static final long PRIME = 0x9e3779b97f4a7c15L;
    private static final int LOWER = 0x20;
    private static final long ALL_LOWER = 0x2020202020202020L;
    private static final int ASCII_BITS = 7;

    private WordKeys() {}

    /// The key of a word that goes on with a letter or digit, letters in lower case; it begins as 0.
    public static long next(long key, int character) {
        if (((key >>> (Long.SIZE - Byte.SIZE)) | (character >>> ASCII_BITS)) == 0)
            return (key << Byte.SIZE) | character;
        return Long.rotateLeft((key ^ character) * PRIME, Integer.SIZE);
    }

    /// The key of the letters and digits of ASCII from one place to another.
    ///
    /// @param first the eight bytes there
    static long of(byte[] text, int from, int to, long first) {
        int length = to - from;
        return length <= Long.BYTES
                ? Long.reverseBytes(first | ALL_LOWER) >>> (Long.SIZE - (length << 3))
                : ofLong(text, from, to, first);
    }

    private static long ofLong(byte[] text, int from, int to, long first) {
        long key = Long.reverseBytes(first | ALL_LOWER);
        for (int at = from + Long.BYTES; at < to; at++) key = next(key, text[at] | LOWER);
        return key;
    }

    /// The same where the word's first bytes have not been read yet.
    static long of(byte[] text, int from, int to) {
        return of(text, from, to, Octets.at(text, from));
    }
}
