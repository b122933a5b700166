package dev.tunedrop.functions.checks.sketch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.tunedrop.functions.checks.scan.Utf8Points;

/// The words of texts as hashes, case folded. A word is a run of letters, marks and digits; an ideograph, kana or Thai
/// letter is a word by itself, as those scripts put no blanks between words.
public final class Words {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SEED = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /// The number, from 1 to 36, of each letter and digit of ASCII in either case; 0 for other characters.
    private static final int[] LETTERS = new int[0x80];

    static {
        for (int c = 0; c < LETTERS.length; c++)
            if (Character.isLetterOrDigit(c)) LETTERS[c] = 1 + Character.digit(c, Character.MAX_RADIX);
    }

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
        read(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Adds the words of a text in UTF-8.
    public void read(byte[] text) {
        makeRoom(text.length / 2 + 1);
        int first = count;
        int end = count;
        long word = 0;
        int i = 0;
        while (i < text.length) {
            int c = text[i];
            if (c >= 0) {
                // without branches, because no processor foresees where words end
                int letter = LETTERS[c];
                int outside = (letter - 1) >> 31;
                hashes[end] = word;
                end += (int) ((word | -word) >>> 63) & outside;
                word = next(word, letter) & ~outside;
                i++;
                continue;
            }
            int point = Utf8Points.at(text, i);
            i += Utf8Points.length(c);
            if (inWord(point)) {
                word = next(word, Character.toLowerCase(point)) * PRIME;
                continue;
            }
            if (word != 0) hashes[end++] = word;
            word = 0;
            if (alone(point)) hashes[end++] = point;
        }
        if (word != 0) hashes[end++] = word;
        for (int w = first; w < end; w++) hashes[w] = mix(hashes[w]);
        count = end;
    }

    /// The hash of a word that goes on with a character. Words of up to ten letters and digits of ASCII have each their
    /// own.
    private static long next(long word, int letter) {
        return Long.rotateLeft(word, 6) ^ letter;
    }

    private void makeRoom(int more) {
        if (count + more + 1 > hashes.length)
            hashes = Arrays.copyOf(hashes, Math.max(hashes.length * 2, count + more + 1));
    }

    private static boolean inWord(int c) {
        return (Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK) && !alone(c);
    }

    private static boolean alone(int c) {
        return c >= 0xe00 && (Character.isIdeographic(c) || c <= 0xeff || (c >= 0x3040 && c <= 0x30ff));
    }

    /// One hash for `length` words from the given one on.
    public long group(int from, int length) {
        long hash = 0;
        for (int i = from; i < from + length; i++) hash = hash * PRIME + hashes[i];
        return mix(hash);
    }

    /// One hash for bytes as they are, eight at a time.
    static long sum(byte[] text) {
        long hash = SEED ^ text.length;
        int i = 0;
        for (; i + Long.BYTES <= text.length; i += Long.BYTES) {
            hash = (hash ^ (long) LONGS.get(text, i)) * PRIME;
            hash ^= hash >>> 32;
        }
        for (; i < text.length; i++) hash = (hash ^ text[i]) * PRIME;
        return mix(hash);
    }

    /// The finaliser of MurmurHash3, which spreads every bit of its input over all of its output.
    public static long mix(long h) {
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
