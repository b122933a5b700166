package dev.tunedrop.functions.checks.sketch;

import java.util.Arrays;

/// The words of texts as hashes, case folded. A word is a run of letters, marks and digits; an ideograph, kana or Thai
/// letter is a word by itself, as those scripts put no blanks between words.
public final class Words {

    private static final long SEED = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private long[] hashes = new long[256];
    private int count;

    public void clear() {
        count = 0;
    }

    public int count() {
        return count;
    }

    /// Adds the words of a text.
    public void read(String text) {
        long word = SEED;
        boolean open = false;
        int i = 0;
        while (i < text.length()) {
            int c = text.charAt(i);
            int width = 1;
            if (c >= 0x80) {
                c = text.codePointAt(i);
                width = Character.charCount(c);
            }
            i += width;
            if (inWord(c)) {
                word = (word ^ fold(c)) * PRIME;
                open = true;
                continue;
            }
            if (open) add(word);
            word = SEED;
            open = false;
            if (alone(c)) add((SEED ^ c) * PRIME);
        }
        if (open) add(word);
    }

    private static boolean inWord(int c) {
        if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return (Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK) && !alone(c);
    }

    private static int fold(int c) {
        if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
        return Character.toLowerCase(c);
    }

    private static boolean alone(int c) {
        return c >= 0xe00 && (Character.isIdeographic(c) || c <= 0xeff || (c >= 0x3040 && c <= 0x30ff));
    }

    private void add(long hash) {
        if (count == hashes.length) hashes = Arrays.copyOf(hashes, count * 2);
        hashes[count++] = mix(hash);
    }

    /// One hash for `length` words from the given one on.
    public long group(int from, int length) {
        long hash = 0;
        for (int i = from; i < from + length; i++) hash = mix(hash * 31 + hashes[i]);
        return hash;
    }

    /// The finaliser of MurmurHash3, which spreads every bit of its input over all of its output.
    public static long mix(long h) {
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
