package dev.tunedrop.tinybase;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Learns a byte-level BPE vocabulary (Sennrich et al. 2016, over bytes as GPT-2 does): starts from the 256 bytes and
/// joins the pair of neighbours that is most frequent, again and again. Ties go to the pair with the lower ids, so the
/// same text gives the same vocabulary.
final class ByteLevelBpe {

    /// How text is cut before bytes are joined: contractions, words with their blank, single digits, signs, white
    /// space.
    static final String WORDS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)| ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private static final Pattern WORD = Pattern.compile(WORDS);

    /// @param left what is joined
    /// @param right what it is joined to
    record Merge(String left, String right) {}

    /// A learnt vocabulary: the byte letters in byte order, then what each merge made, in order.
    record Learnt(List<String> tokens, List<Merge> merges) {}

    private ByteLevelBpe() {}

    /// @param size tokens wanted, bytes included; fewer come out of a text too small for them
    static Learnt learn(Collection<String> texts, int size) {
        List<String> tokens = new ArrayList<>();
        for (int b = 0; b < 256; b++) tokens.add(String.valueOf(letter(b)));
        List<Merge> merges = new ArrayList<>();
        List<Word> words = count(texts);
        while (tokens.size() < size) {
            long pair = mostFrequentPair(words);
            if (pair < 0) break;
            int left = (int) (pair >>> 32);
            int right = (int) pair;
            merges.add(new Merge(tokens.get(left), tokens.get(right)));
            tokens.add(tokens.get(left) + tokens.get(right));
            for (Word word : words) word.join(left, right, tokens.size() - 1);
        }
        return new Learnt(List.copyOf(tokens), List.copyOf(merges));
    }

    /// GPT-2's letter for a byte: itself where it prints, else one from U+0100 on, so that every token is printable.
    static char letter(int b) {
        if (prints(b)) return (char) b;
        int before = 0;
        for (int other = 0; other < b; other++) if (!prints(other)) before++;
        return (char) (256 + before);
    }

    private static boolean prints(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
    }

    private static List<Word> count(Collection<String> texts) {
        Map<String, Integer> counts = new TreeMap<>();
        for (String text : texts)
            for (Matcher word = WORD.matcher(text); word.find(); ) counts.merge(word.group(), 1, Integer::sum);
        List<Word> words = new ArrayList<>(counts.size());
        counts.forEach((text, count) -> words.add(new Word(text, count)));
        return words;
    }

    /// The pair as `left << 32 | right`, or -1 where no pair occurs twice.
    private static long mostFrequentPair(List<Word> words) {
        Map<Long, Integer> counts = new HashMap<>();
        for (Word word : words)
            for (int i = 0; i + 1 < word.length; i++)
                counts.merge((long) word.ids[i] << 32 | word.ids[i + 1], word.count, Integer::sum);
        long best = -1;
        int most = 1;
        for (Map.Entry<Long, Integer> entry : counts.entrySet()) {
            int count = entry.getValue();
            if (count > most || (count == most && best >= 0 && entry.getKey() < best)) {
                best = entry.getKey();
                most = count;
            }
        }
        return best;
    }

    private static final class Word {
        private final int[] ids;
        private final int count;
        private int length;

        Word(String text, int count) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            ids = new int[bytes.length];
            for (int i = 0; i < bytes.length; i++) ids[i] = bytes[i] & 0xFF;
            length = bytes.length;
            this.count = count;
        }

        void join(int left, int right, int joined) {
            int to = 0;
            for (int from = 0; from < length; from++) {
                boolean here = from + 1 < length && ids[from] == left && ids[from + 1] == right;
                ids[to++] = here ? joined : ids[from];
                if (here) from++;
            }
            length = to;
        }
    }
}
