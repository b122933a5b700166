package dev.tunedrop.functions.checks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Which languages have a word among their commonest, and a count of each language's words in a text.
///
/// A word is known by its [#key]. Each language has a counter of eight bits, eight to a long, so that a word is counted
/// for all its languages at once. Belongs to one thread.
final class WordTable {

    /// Twelve letters of ASCII are their own key, of five bits each; a longer word's is none of theirs.
    static final int LETTER_BITS = 5;

    private static final int LANES = 3;
    private static final int MOST_PENDING = 255;
    private static final int BITS = 13;
    private static final int ASCII = 0x80;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final int languages;
    private final int mask;
    private final long[] bits = new long[(1 << BITS) / Long.SIZE];
    private final long[] keys;
    private final long[] counters;
    private final int[] counts = new int[LANES * Long.BYTES];

    /// @param table language → its commonest words, of at most twelve letters
    WordTable(Map<String, List<String>> table) {
        this.languages = table.size();
        if (languages > counts.length) throw new IllegalArgumentException("at most 24 languages are told apart");
        int all = table.values().stream().mapToInt(List::size).sum();
        int slots = Integer.highestOneBit(all) << 3;
        this.mask = slots - 1;
        this.keys = new long[slots];
        this.counters = new long[slots * LANES];
        int language = 0;
        for (List<String> commonest : table.values()) {
            for (String word : commonest) {
                long key = word.codePoints().asLongStream().reduce(0, (soFar, letter) -> key(soFar, (int) letter));
                int slot = slot(key);
                keys[slot] = key;
                bits[bit(key) >>> 6] |= 1L << bit(key);
                counters[slot * LANES + language / Long.BYTES] |= 1L << (Long.BYTES * (language % Long.BYTES));
            }
            language++;
        }
    }

    /// The key of a word that goes on with a lower-case letter; it begins as 0.
    static long key(long soFar, int letter) {
        return letter < ASCII
                ? (soFar << LETTER_BITS) ^ (letter & 0x1f)
                : (soFar << LETTER_BITS) ^ ((letter * SPREAD) >>> 1);
    }

    private int slot(long key) {
        int slot = (int) ((key * SPREAD) >>> 40) & mask;
        while (keys[slot] != key && keys[slot] != 0) slot = (slot + 1) & mask;
        return slot;
    }

    /// Counts words; of each language, how many there were goes to `hits`. The words are overwritten.
    void count(long[] words, int size, int[] hits) {
        int known = likely(words, size);
        Arrays.fill(counts, 0);
        for (int from = 0; from < known; from += MOST_PENDING) {
            long first = 0;
            long second = 0;
            long third = 0;
            for (int w = from; w < Math.min(known, from + MOST_PENDING); w++) {
                int at = slot(words[w]) * LANES;
                first += counters[at];
                second += counters[at + 1];
                third += counters[at + 2];
            }
            add(first, 0);
            add(second, 1);
            add(third, 2);
        }
        System.arraycopy(counts, 0, hits, 0, languages);
    }

    /// Moves the words to the front that share a bit with a word of the table, nearly all of which are in it.
    private int likely(long[] words, int size) {
        int kept = 0;
        for (int w = 0; w < size; w++) {
            long word = words[w];
            words[kept] = word;
            kept += (int) (bits[bit(word) >>> 6] >>> bit(word)) & 1;
        }
        return kept;
    }

    private static int bit(long key) {
        return (int) ((key * SPREAD) >>> (Long.SIZE - BITS));
    }

    private void add(long pending, int lane) {
        for (int i = 0; i < Long.BYTES; i++)
            counts[lane * Long.BYTES + i] += (int) (pending >>> (Long.BYTES * i)) & 0xff;
    }
}
