package dev.tunedrop.functions.checks.scan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// What stands in a text, found in one pass over its bytes. A table says of every pair of neighbouring bytes whether
/// anything could begin, end or go on there; nearly always nothing can, and nothing more is done. Belongs to one
/// thread.
public final class TextScan {

    private static final byte NUMBER = 1;
    private static final byte PHRASE = 2;
    private static final String IN_NUMBERS = " -./()[]~";

    /// Characters of English text, the commonest first.
    private static final String COMMON = " etaoinshrdlcumwfgypbvk.,TIAS-";

    private static final int PAIRS = 1 << 14;
    private static final int NONE = -3;

    private final byte[][] phrases;
    private final byte[] pairs = new byte[PAIRS];
    private final int[] firstOf = new int[PAIRS];
    private final int[] nextOf;
    private final int[] offsets;
    private final long all;
    private long found;
    private int longestNumber;
    private int mostSeparators;
    private int digitsAfterPlus;

    /// @param phrases at most 64, of two characters or more
    public TextScan(List<String> phrases) {
        if (phrases.size() > Long.SIZE) throw new IllegalArgumentException("a scan takes at most 64 phrases");
        this.phrases = phrases.stream()
                .map(phrase -> phrase.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.nextOf = new int[phrases.size()];
        this.offsets = new int[phrases.size()];
        this.all = phrases.isEmpty() ? 0 : -1L >>> (Long.SIZE - phrases.size());
        Arrays.fill(firstOf, NONE);
        for (int p = 0; p < this.phrases.length; p++) {
            byte[] phrase = this.phrases[p];
            if (phrase.length < 2) throw new IllegalArgumentException("a phrase has two characters or more");
            offsets[p] = rarest(phrase);
            int pair = pair(phrase[offsets[p]], phrase[offsets[p] + 1]);
            nextOf[p] = firstOf[pair];
            firstOf[pair] = p;
            pairs[pair] |= PHRASE;
        }
        for (int before = 0; before < 0x80; before++) {
            for (int digit = '0'; digit <= '9'; digit++) pairs[pair(before, digit)] |= NUMBER;
            pairs[pair(before, '+')] |= NUMBER;
        }
    }

    /// Where the two neighbours stand that are rarest in ordinary text.
    private static int rarest(byte[] phrase) {
        int best = 0;
        for (int i = 1; i + 1 < phrase.length; i++)
            if (rarity(phrase[i]) + rarity(phrase[i + 1]) > rarity(phrase[best]) + rarity(phrase[best + 1])) best = i;
        return best;
    }

    private static int rarity(byte character) {
        int place = COMMON.indexOf(character);
        return place < 0 ? COMMON.length() : place;
    }

    private static int pair(int before, int here) {
        return ((before & 0x7f) << 7) | (here & 0x7f);
    }

    /// Looks at a text in UTF-8; afterwards the answers are about it.
    public void over(byte[] text) {
        found = 0;
        longestNumber = 0;
        digitsAfterPlus = 0;
        mostSeparators = 0;
        int run = 0;
        int separators = 0;
        int lastDigit = NONE;
        int before = 0;
        for (int i = 0; i < text.length; i++) {
            int here = text[i];
            int kinds = pairs[pair(before, here)];
            before = here;
            if (kinds == 0) continue;
            if (here >= '0' && here <= '9') {
                int gap = i - lastDigit;
                lastDigit = i;
                if (gap == 1) run++;
                else if (gap == 2 && separates(text[i - 1])) {
                    run++;
                    mostSeparators = Math.max(mostSeparators, ++separators);
                } else {
                    run = 1;
                    separators = 0;
                }
                longestNumber = Math.max(longestNumber, run);
            } else if (here == '+') digitsAfterPlus = Math.max(digitsAfterPlus, callable(text, i + 1));
            if ((kinds & PHRASE) != 0 && found != all) phrase(text, i - 1);
        }
    }

    private static boolean separates(byte b) {
        return b == ' ' || b == '-' || b == '.' || b == '/';
    }

    /// Digits before anything that stands in no telephone number. Whatever is not ASCII may be a digit of another
    /// script, and `x` is one where numbers are spelt in letters.
    private static int callable(byte[] text, int from) {
        int digits = 0;
        for (int i = from; i < text.length; i++) {
            int c = text[i];
            if ((c >= '0' && c <= '9') || (c | 0x20) == 'x' || (c & 0xc0) == 0xc0) digits++;
            else if (c >= 0 && IN_NUMBERS.indexOf(c) < 0 && (c != '+' || digits > 0)) break;
        }
        return digits;
    }

    private void phrase(byte[] text, int at) {
        for (int p = firstOf[pair(text[at], text[at + 1])]; p != NONE; p = nextOf[p]) {
            byte[] phrase = phrases[p];
            int start = at - offsets[p];
            int end = start + phrase.length;
            if (start >= 0 && end <= text.length && Arrays.equals(text, start, end, phrase, 0, phrase.length))
                found |= 1L << p;
        }
    }

    /// The phrases that the text holds, as bits: the first phrase is the lowest.
    public long phrases() {
        return found;
    }

    /// Digits of the longest number: digits with at most one blank, dash, dot or slash between them.
    public int longestNumber() {
        return longestNumber;
    }

    /// The most blanks, dashes, dots and slashes within one number.
    public int mostSeparators() {
        return mostSeparators;
    }

    /// The most digits behind one plus sign, with only what may stand in a telephone number between them.
    public int digitsAfterPlus() {
        return digitsAfterPlus;
    }
}
