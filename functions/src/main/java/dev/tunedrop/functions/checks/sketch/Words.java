package dev.tunedrop.functions.checks.sketch;

import java.util.Arrays;

import dev.tunedrop.functions.checks.scan.Talk;
import dev.tunedrop.functions.checks.scan.TextScan;
import dev.tunedrop.functions.checks.scan.WordCutter;

/// The words of texts as keys ([WordKeys]), case folded. A word is a run of letters, marks and digits; an ideograph,
/// kana or Thai letter is a word by itself, as those scripts put no blanks between words.
public final class Words {

    /// So many are kept room for.
    private static final int KEPT = 1 << 15;

    private static final long FIRST = 0xd1342543de82ef95L;
    private static final long SECOND = 0xaf251af3b0f025b5L;

    private final WordCutter cutter = new WordCutter();
    private long[] keys = new long[256];
    private int count;

    public void clear() {
        count = 0;
    }

    /// Gives back what only an unusually long row needed.
    public void release() {
        if (keys.length > KEPT) keys = new long[KEPT];
        count = 0;
    }

    public int count() {
        return count;
    }

    /// Adds the words of a text that was scanned just now.
    ///
    /// @param characters of the text in UTF-16
    /// @param talk takes them too, as long as it has room
    public void read(byte[] text, int characters, TextScan scanned, Talk talk) {
        makeRoom(text.length / 2 + 1);
        count = cutter.read(text, characters, scanned, keys, count, talk);
    }

    private void makeRoom(int more) {
        if (count + more + 1 > keys.length) keys = Arrays.copyOf(keys, Math.max(keys.length * 2, count + more + 1));
    }

    /// One hash for `length` words from the given one on.
    public long group(int from, int length) {
        long hash = 0;
        for (int i = from; i < from + length; i++) hash = hash * SECOND + keys[i];
        return mix(hash);
    }

    /// Hashes of the first groups of three words, as many as are asked for.
    void groups(long[] into, int count) {
        for (int i = 0; i < count; i++) {
            long three = keys[i] * FIRST + keys[i + 1] * SECOND + keys[i + 2];
            into[i] = (three ^ (three >>> 32)) * FIRST;
        }
    }

    /// The finaliser of MurmurHash3, which spreads every bit of its input over all of its output.
    public static long mix(long h) {
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
