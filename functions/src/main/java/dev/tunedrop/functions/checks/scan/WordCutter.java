package dev.tunedrop.functions.checks.scan;

import dev.tunedrop.functions.dataset.Octets;

/// The words of a text: runs of letters and digits, cut out of the masks of its scan. Where one has a byte beyond
/// ASCII beside it, [WideWords] reads it character by character. Belongs to one thread.
public final class WordCutter {

    private static final int LOWER = 0x20;
    private static final long CASES = 0x4040404040404040L;
    private static final int EDGES = 8;

    /// So many times 64 bytes are cut at once.
    private static final int BLOCKS = 16;

    /// Where words begin and end, in turn; one that is open at the end of some blocks ends in the next.
    private final int[] edges = new int[BLOCKS * Long.SIZE + 2 + EDGES];

    /// Adds the keys of a text's words.
    ///
    /// @param characters of the text in UTF-16
    /// @param keys has room for all of them
    /// @param talk takes the words of letters only, as long as it has room
    /// @return how many keys there are now
    public int read(byte[] text, int characters, TextScan scan, long[] keys, int from, Talk talk) {
        int room = talk.open() ? talk.left() : 0;
        if (!scan.ascii() && room > 0 && text.length > room) {
            talk.skip();
            room = 0;
        }
        int count = from;
        int open = 0;
        long carry = 0;
        for (int first = 0; first < scan.blocks(); first += BLOCKS) {
            int last = Math.min(scan.blocks(), first + BLOCKS);
            int size = open;
            for (int b = first; b < last; b++) {
                long words = scan.letters(b) | scan.digits(b) | scan.wide(b);
                long changes = words ^ ((words << 1) | carry);
                carry = words >>> 63;
                size = edges(changes, b << 6, size);
            }
            int whole = size & -2;
            count = scan.ascii()
                    ? ascii(text, whole, room, keys, count, talk)
                    : anyScript(text, whole, room > 0, scan, keys, count, talk);
            edges[0] = edges[whole];
            open = size - whole;
        }
        if (room > 0) {
            talk.addLetters(letters(scan, Math.min(room, text.length)));
            talk.end(characters);
        }
        return count;
    }

    /// Adds where changes stand. Eight are taken at a time, wanted or not, because no processor foresees how many there
    /// are in 64 bytes.
    private int edges(long changes, int first, int size) {
        int at = size;
        for (long rest = changes; rest != 0; at += EDGES)
            for (int e = 0; e < EDGES; e++) {
                edges[at + e] = first + Long.numberOfTrailingZeros(rest);
                rest &= rest - 1;
            }
        return size + Long.bitCount(changes);
    }

    private int ascii(byte[] text, int whole, int room, long[] keys, int from, Talk talk) {
        int before = before(whole, room);
        int count = talk(text, before, keys, from, talk);
        if (before < whole && edges[before] < room) pieces(text, edges[before], room, talk, true);
        for (int e = before; e < whole; e += 2) keys[count++] = WordKeys.of(text, edges[e], edges[e + 1]);
        return count;
    }

    private int anyScript(byte[] text, int whole, boolean talked, TextScan scan, long[] keys, int from, Talk talk) {
        int count = from;
        for (int e = 0; e < whole; e += 2) {
            int at = edges[e];
            int end = edges[e + 1];
            if (scan.wideWithin(at, end)) {
                count = WideWords.read(text, at, end, keys, count);
                if (talked) WideWords.talk(text, at, end, talk);
            } else {
                keys[count++] = WordKeys.of(text, at, end);
                if (talked) pieces(text, at, end, talk, false);
            }
        }
        return count;
    }

    /// How many edges belong to words that end within the room, something else behind them.
    private int before(int whole, int room) {
        if (whole == 0 || edges[whole - 1] < room) return whole;
        int before = 0;
        while (edges[before + 1] < room) before += 2;
        return before;
    }

    private static int letters(TextScan scan, int end) {
        int letters = 0;
        for (int b = 0; b < end >>> 6; b++) letters += Long.bitCount(scan.letters(b));
        return letters + Long.bitCount(scan.letters(end >>> 6) & ((1L << (end & 63)) - 1));
    }

    /// Takes words that may tell the language.
    private int talk(byte[] text, int whole, long[] keys, int from, Talk talk) {
        long[] talked = talk.keys();
        int kept = talk.count();
        int count = from;
        for (int e = 0; e < whole; e += 2) {
            int at = edges[e];
            int end = edges[e + 1];
            long eight = Octets.at(text, at);
            long key = WordKeys.of(text, at, end, eight);
            keys[count++] = key;
            long within = CASES & (-1L >>> Math.max(0, Long.SIZE - ((end - at) << 3)));
            long letters = eight & within;
            long digits = letters ^ within;
            if (end - at > Long.BYTES || ((letters - 1) | (digits - 1)) >= 0) {
                // longer words, and letters beside digits, are looked at one by one
                talk.count(kept);
                pieces(text, at, end, talk, false);
                kept = talk.count();
            } else {
                // without branches, because no processor foresees where numbers stand
                talked[kept] = key;
                kept += (int) ((digits - 1) >>> 63);
            }
        }
        talk.count(kept);
        return count;
    }

    /// Letters within a word that may have digits too.
    private static void pieces(byte[] text, int from, int to, Talk talk, boolean cut) {
        long key = 0;
        for (int i = from; i < to; i++) {
            if (text[i] > '9') key = WordKeys.next(key, text[i] | LOWER);
            else if (key != 0) {
                talk.add(key);
                key = 0;
            }
        }
        if (key == 0) return;
        talk.add(key);
        if (cut) talk.cutHere();
    }
}
