package dev.tunedrop.text.bpe;

import static dev.tunedrop.text.bpe.CharacterClasses.BREAK;
import static dev.tunedrop.text.bpe.CharacterClasses.LETTER;
import static dev.tunedrop.text.bpe.CharacterClasses.LOWER;
import static dev.tunedrop.text.bpe.CharacterClasses.NUMBER;
import static dev.tunedrop.text.bpe.CharacterClasses.OTHER;
import static dev.tunedrop.text.bpe.CharacterClasses.SPACE;
import static dev.tunedrop.text.bpe.CharacterClasses.UPPER;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

import dev.tunedrop.text.bpe.WordPattern.Contractions;
import dev.tunedrop.text.bpe.WordPattern.Ends;

/// Finds what a [WordPattern] finds, by hand: one pass over the bytes, no backtracking further than one word.
final class PatternScanner implements WordScanner {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int NONE = -1;
    private static final int KIND = 0xff;
    private static final int LENGTH = 8;

    /// kind and length of each ASCII character, see [#unit]
    private static final int[] ASCII = new int[128];

    static {
        for (int c = 0; c < ASCII.length; c++) ASCII[c] = CharacterClasses.of(c) | (1 << LENGTH);
    }

    private final Contractions contractions;
    private final boolean anyPrefix;
    private final boolean cased;
    private final int mostDigits;
    private final boolean blankBeforeNumbers;
    private final Ends ends;
    private final boolean breaks;

    PatternScanner(WordPattern pattern) {
        this.contractions = pattern.contractions();
        this.anyPrefix = pattern.anyPrefix();
        this.cased = pattern.cased();
        this.mostDigits = pattern.mostDigits();
        this.blankBeforeNumbers = pattern.blankBeforeNumbers();
        this.ends = pattern.ends();
        this.breaks = pattern.breaks();
    }

    @Override
    public int end(byte[] text, int from, int limit) {
        if (!cased) {
            int letters = text[from] == ' ' ? from + 1 : from;
            int end = asciiLetters(text, letters);
            // no letter stands behind the limit's last character, for zeros do
            if (end > letters && text[end] >= 0) return Math.min(end, limit);
        }
        return slowEnd(text, from, limit);
    }

    /// The end of the letters of ASCII from here on, eight at a time. Adding to a byte what brings `a`, and then what
    /// brings the character behind `z`, to 128 says whether it lies between them.
    private static int asciiLetters(byte[] text, int from) {
        int at = from;
        while (true) {
            long word = (long) LONGS.get(text, at);
            long lower = (word | 0x20 * ONES) & ~HIGHS;
            long fromA = lower + (0x80 - 'a') * ONES;
            long behindZ = lower + (0x7f - 'z') * ONES;
            long others = (~fromA | behindZ | word) & HIGHS;
            if (others != 0) return at + (Long.numberOfTrailingZeros(others) >>> 3);
            at += Long.BYTES;
        }
    }

    private int slowEnd(byte[] text, int from, int limit) {
        int unit = unit(text, from);
        int kind = unit & KIND;
        int next = from + (unit >> LENGTH);
        if ((kind & LETTER) != 0 && !cased) return run(text, next, limit, LETTER);
        if (text[from] == '\'' && contractions != Contractions.NONE && contractions != Contractions.SUFFIX) {
            int end = contraction(text, from, limit);
            if (end != NONE) return end;
        }
        int letters = cased ? cased(text, from, next, limit, kind) : letters(text, from, next, limit, kind);
        if (letters != NONE) return letters;
        if ((kind & NUMBER) != 0) return numbers(text, from, limit);
        boolean blank = text[from] == ' ' && next < limit;
        if (blank && blankBeforeNumbers && (unit(text, next) & NUMBER) != 0) return numbers(text, next, limit);
        if ((kind & OTHER) != 0) return others(text, next, limit);
        if (blank && (unit(text, next) & OTHER) != 0) return others(text, next, limit);
        return blanks(text, from, limit);
    }

    /// Kind in the lower eight bits, length in bytes above.
    private static int unit(byte[] text, int at) {
        int lead = text[at];
        return lead >= 0 ? ASCII[lead] : wide(text, at, lead);
    }

    private static int wide(byte[] text, int at, int lead) {
        int length = lead < (byte) 0xe0 ? 2 : lead < (byte) 0xf0 ? 3 : 4;
        int point = lead & (0x7f >> length);
        for (int i = 1; i < length; i++) point = (point << 6) | (text[at + i] & 0x3f);
        return CharacterClasses.of(point) | (length << LENGTH);
    }

    /// The end of the characters of these kinds.
    private static int run(byte[] text, int from, int limit, int kinds) {
        int at = from;
        while (at < limit) {
            int lead = text[at];
            int unit = lead >= 0 ? ASCII[lead] : wide(text, at, lead);
            if ((unit & kinds) == 0) return at;
            at += lead >= 0 ? 1 : unit >> LENGTH;
        }
        return at;
    }

    /// `'s|'t|'re|'ve|'m|'ll|'d`. Without regard to case, the long s is an s.
    private int contraction(byte[] text, int from, int limit) {
        if (from + 1 >= limit || text[from] != '\'') return NONE;
        boolean anyCase = contractions != Contractions.LOWER_CASE;
        int first = anyCase ? text[from + 1] | 0x20 : text[from + 1];
        if (text[from + 1] > 0 && (first == 's' || first == 't' || first == 'm' || first == 'd')) return from + 2;
        if (from + 2 >= limit) return NONE;
        if (anyCase && text[from + 1] == (byte) 0xc5 && text[from + 2] == (byte) 0xbf) return from + 3;
        if (text[from + 1] < 0 || text[from + 2] < 0) return NONE;
        int second = anyCase ? text[from + 2] | 0x20 : text[from + 2];
        boolean known = ((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l');
        return known ? from + 3 : NONE;
    }

    /// `prefix?\p{L}+` where the first character is no letter.
    private int letters(byte[] text, int from, int next, int limit, int kind) {
        boolean prefix = anyPrefix ? (kind & (NUMBER | BREAK)) == 0 : text[from] == ' ';
        if (!prefix || next >= limit || (unit(text, next) & LETTER) == 0) return NONE;
        return run(text, next, limit, LETTER);
    }

    /// `prefix?U*L+ | prefix?U+L*`, the first with its prefix, then without, then the second likewise.
    private int cased(byte[] text, int from, int next, int limit, int kind) {
        boolean prefix = (kind & (LETTER | NUMBER | BREAK)) == 0;
        int end = prefix ? upperThenLower(text, next, limit) : NONE;
        if (end == NONE && (kind & (UPPER | LOWER)) != 0) end = upperThenLower(text, from, limit);
        if (end == NONE && prefix) end = upper(text, next, limit);
        if (end == NONE && (kind & UPPER) != 0) end = upper(text, from, limit);
        if (end == NONE || contractions != Contractions.SUFFIX) return end;
        int suffixed = contraction(text, end, limit);
        return suffixed == NONE ? end : suffixed;
    }

    /// `U*L+`: where no lower case follows the run, the run's last character that can be either is the lower one.
    private static int upperThenLower(byte[] text, int from, int limit) {
        int at = from;
        int lastEither = NONE;
        while (at < limit) {
            int unit = unit(text, at);
            if ((unit & UPPER) == 0) break;
            at += unit >> LENGTH;
            if ((unit & LOWER) != 0) lastEither = at;
        }
        int end = run(text, at, limit, LOWER);
        return end > at ? end : lastEither;
    }

    /// `U+L*` where `U*L+` found nothing, so that no lower case follows.
    private static int upper(byte[] text, int from, int limit) {
        int end = run(text, from, limit, UPPER);
        return end > from ? end : NONE;
    }

    private int numbers(byte[] text, int from, int limit) {
        int at = from;
        for (int digits = 0; at < limit && digits < mostDigits; digits++) {
            int unit = unit(text, at);
            if ((unit & NUMBER) == 0) break;
            at += unit >> LENGTH;
        }
        return at;
    }

    private int others(byte[] text, int from, int limit) {
        int at = run(text, from, limit, OTHER);
        if (ends == Ends.NOTHING) return at;
        boolean slashes = ends == Ends.BREAKS_AND_SLASHES;
        while (at < limit && (text[at] == '\n' || text[at] == '\r' || (slashes && text[at] == '/'))) at++;
        return at;
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line break; else all but the last blank, which belongs to the next
    /// word; else all.
    private int blanks(byte[] text, int from, int limit) {
        int at = from;
        int last = from;
        int afterBreak = NONE;
        while (at < limit) {
            int unit = unit(text, at);
            if ((unit & SPACE) == 0) break;
            last = at;
            at += unit >> LENGTH;
            if ((unit & BREAK) != 0) afterBreak = at;
        }
        if (breaks && afterBreak != NONE) return afterBreak;
        return at == limit || last == from ? at : last;
    }
}
