package dev.tunedrop.functions.checks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.tunedrop.functions.checks.scan.WordKeys;

/// Which languages have a word among their commonest, and a count of each language's words in a text.
///
/// A word is known by its key ([WordKeys]). Each language has a counter of eight bits, eight to a long, so that a
/// word is counted for all its languages at once. Belongs to one thread.
final class WordTable {

    private static final int LANES = 3;
    private static final int MOST_PENDING = 255;
    private static final int BITS = 13;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final int languages;
    private final int mask;
    private final long[] bits = new long[(1 << BITS) / Long.SIZE];
    private final long[] keys;
    private final long[] counters;
    private long[] likely = new long[1 << 8];
    private final int[] counts = new int[LANES * Long.BYTES];

    /// @param table language → its commonest words, of at most ten letters
    WordTable(Map<String, List<String>> table) {
        this.languages = table.size();
        if (languages > counts.length) throw new IllegalArgumentException("at most 24 languages are told apart");
        int all = table.values().stream().mapToInt(List::size).sum();
        int slots = Integer.highestOneBit(all) << 2;
        this.mask = slots - 1;
        this.keys = new long[slots];
        this.counters = new long[slots * LANES];
        int language = 0;
        for (List<String> commonest : table.values()) {
            for (String word : commonest) {
                long key = word.codePoints()
                        .asLongStream()
                        .reduce(0, (soFar, letter) -> WordKeys.next(soFar, (int) letter));
                int slot = slot(key);
                keys[slot] = key;
                bits[bit(key) >>> 6] |= 1L << bit(key);
                counters[slot * LANES + language / Long.BYTES] |= 1L << (Long.BYTES * (language % Long.BYTES));
            }
            language++;
        }
    }

    private int slot(long key) {
        int slot = (int) ((key * SPREAD) >>> 40) & mask;
        while (keys[slot] != key && keys[slot] != 0) slot = (slot + 1) & mask;
        return slot;
    }

    /// Counts words; of each language, how many there were goes to `hits`.
    void count(long[] words, int size, int[] hits) {
        int known = likely(words, size);
        Arrays.fill(counts, 0);
        for (int from = 0; from < known; from += MOST_PENDING) {
            long first = 0;
            long second = 0;
            long third = 0;
            for (int w = from; w < Math.min(known, from + MOST_PENDING); w++) {
                int at = slot(likely[w]) * LANES;
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

    /// Picks the words that share a bit with a word of the table, nearly all of which are in it.
    private int likely(long[] words, int size) {
        if (likely.length < size) likely = new long[Math.max(size, 2 * likely.length)];
        int kept = 0;
        for (int w = 0; w < size; w++) {
            long word = words[w];
            likely[kept] = word;
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
