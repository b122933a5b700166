package dev.tunedrop.functions.checks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import dev.tunedrop.functions.checks.scan.WordKeys;

/// Which languages have a word among their commonest, and a count of each language's words in a text.
///
/// A word is known by its key ([WordKeys]). Keys are placed by a perfect hash (hash and displace: Belazzougui, Botelho
/// and Dietzfelbinger 2009): some bits choose a bucket, whose own factor sends each of its keys to a place of its own,
/// so a word costs two products and no search. Each language has a counter of eight bits, eight to a long, so that a
/// word is counted for all its languages at once. Belongs to one thread.
final class WordTable {

    private static final int LANES = 3;
    private static final int MOST_PENDING = 255;
    private static final int BUCKET_BITS = 7;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final int languages;
    private final int placeBits;
    private final long[] factors = new long[1 << BUCKET_BITS];

    /// At each place a key and its counters, so that all of it comes from memory at once.
    private final long[] entries;

    private final int[] counts = new int[LANES * Long.BYTES];

    /// @param table language → its commonest words
    WordTable(Map<String, List<String>> table) {
        this.languages = table.size();
        if (languages > counts.length) throw new IllegalArgumentException("at most 24 languages are told apart");
        Map<Long, long[]> byKey = new HashMap<>();
        int language = 0;
        for (List<String> commonest : table.values()) {
            for (String word : commonest)
                byKey.computeIfAbsent(key(word), key -> new long[LANES])[language / Long.BYTES] |=
                        1L << (Long.BYTES * (language % Long.BYTES));
            language++;
        }
        this.placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(byKey.size() + byKey.size() / 4);
        this.entries = new long[(1 + LANES) << placeBits];
        place(byKey.keySet());
        byKey.forEach((key, its) -> System.arraycopy(its, 0, entries, place(key) + 1, LANES));
    }

    private static long key(String word) {
        return word.codePoints().asLongStream().reduce(0, (soFar, letter) -> WordKeys.next(soFar, (int) letter));
    }

    /// Finds a factor for each bucket, the fullest first while there is most room.
    private void place(Iterable<Long> all) {
        List<List<Long>> buckets = new ArrayList<>();
        for (int b = 0; b < factors.length; b++) buckets.add(new ArrayList<>());
        for (long key : all) buckets.get(bucket(key)).add(key);
        buckets.sort(Comparator.<List<Long>>comparingInt(List::size).reversed());
        SplittableRandom random = new SplittableRandom(1);
        for (List<Long> bucket : buckets) while (!bucket.isEmpty() && !place(bucket, random.nextLong() | 1)) {}
    }

    /// Whether a factor sends every key of a bucket to a free place; then they stand there.
    private boolean place(List<Long> bucket, long factor) {
        factors[bucket(bucket.getFirst())] = factor;
        for (int k = 0; k < bucket.size(); k++) {
            int place = place(bucket.get(k));
            if (entries[place] != 0) {
                for (long placed : bucket.subList(0, k)) entries[place(placed)] = 0;
                return false;
            }
            entries[place] = bucket.get(k);
        }
        return true;
    }

    private static int bucket(long key) {
        return (int) ((key * SPREAD) >>> (Long.SIZE - BUCKET_BITS));
    }

    /// Where the key's entry would begin.
    private int place(long key) {
        return (int) ((key * factors[bucket(key)]) >>> (Long.SIZE - placeBits)) * (1 + LANES);
    }

    /// Counts words; of each language, how many there were goes to `hits`.
    void count(long[] words, int size, int[] hits) {
        Arrays.fill(counts, 0);
        for (int from = 0; from < size; from += MOST_PENDING) {
            long first = 0;
            long second = 0;
            long third = 0;
            for (int w = from; w < Math.min(size, from + MOST_PENDING); w++) {
                int place = place(words[w]);
                long other = entries[place] ^ words[w];
                long here = ~((other | -other) >> (Long.SIZE - 1));
                first += entries[place + 1] & here;
                second += entries[place + 2] & here;
                third += entries[place + 3] & here;
            }
            add(first, 0);
            add(second, 1);
            add(third, 2);
        }
        System.arraycopy(counts, 0, hits, 0, languages);
    }

    private void add(long pending, int lane) {
        for (int i = 0; i < Long.BYTES; i++)
            counts[lane * Long.BYTES + i] += (int) (pending >>> (Long.BYTES * i)) & 0xff;
    }
}
