package dev.tunedrop.functions.checks.sketch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

import dev.tunedrop.functions.checks.scan.AsciiWords;
import dev.tunedrop.functions.checks.scan.Talk;
import dev.tunedrop.functions.checks.scan.TextScan;
import dev.tunedrop.functions.checks.scan.Utf8Points;
import dev.tunedrop.functions.checks.scan.WordKeys;

/// The words of texts as hashes, case folded. A word is a run of letters, marks and digits; an ideograph, kana or Thai
/// letter is a word by itself, as those scripts put no blanks between words.
public final class Words {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /// So many hashes are kept room for.
    private static final int KEPT = 1 << 15;

    private static final long SEED = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private final AsciiWords ascii = new AsciiWords();
    private long[] hashes = new long[256];
    private int count;

    public void clear() {
        count = 0;
    }

    /// Gives back what only an unusually long row needed.
    public void release() {
        if (hashes.length > KEPT) hashes = new long[KEPT];
        count = 0;
    }

    public int count() {
        return count;
    }

    /// Adds the words of a text that was scanned just now.
    ///
    /// @param talk takes them too, as long as it has room
    public void read(byte[] text, TextScan scanned, Talk talk) {
        makeRoom(text.length / 2 + 1);
        int first = count;
        if (scanned.ascii()) count = ascii.read(text, scanned, hashes, count, talk);
        else {
            count = anyScript(text);
            talk.skip();
        }
        for (int w = first; w < count; w++) hashes[w] = mix(hashes[w]);
    }

    private int anyScript(byte[] text) {
        int end = count;
        long word = 0;
        boolean open = false;
        for (int i = 0; i < text.length; i += Utf8Points.length(text[i])) {
            int point = Utf8Points.at(text, i);
            if (inWord(point)) {
                word = WordKeys.next(word, Character.toLowerCase(point));
                open = true;
                continue;
            }
            if (open) hashes[end++] = word;
            open = false;
            word = 0;
            if (alone(point)) hashes[end++] = point;
        }
        if (open) hashes[end++] = word;
        return end;
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

    /// The low halves of the hashes of the first groups of three words, as many as there is room for.
    void groups(int[] into) {
        for (int i = 0; i < into.length; i++) {
            long hash = (hashes[i] * PRIME + hashes[i + 1]) * PRIME + hashes[i + 2];
            into[i] = (int) mix(hash);
        }
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
