package dev.tunedrop.functions.checks.scan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

import dev.tunedrop.functions.dataset.Octets;

/// What stands in a text, found in one pass over its bytes and one over the masks it leaves.
///
/// The first pass looks up every byte in a table of kinds and keeps, for each kind, one bit a byte. The second works on
/// 64 bytes at a time with those bits and nearly always finds that there is no number long enough to be anything. Only
/// where there is one are the digits looked at one by one. Belongs to one thread.
public final class TextScan {

    /// Rare punctuation whose places are kept.
    public static final String MARKS = "@_:<[+";

    /// More marks than this in one text are not listed.
    public static final int MOST_MARKS = 1 << 12;

    /// From this length on a run of letters and digits is a long one.
    public static final int LONG_WORD = 16;

    /// From this length on a run of blanks, dashes, dots and slashes is a rule.
    public static final int RULE = 5;

    /// Numbers of fewer digits, with what separates them, are not measured.
    public static final int LONG_NUMBER = 7;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final String SEPARATORS = " -./";
    private static final String IN_NUMBERS = " -./()[]~";

    private static final int DIGITS = 8;
    private static final int SEPARATED = 16;
    private static final int MARKED = 24;
    private static final int BLANK = 32;
    private static final int WIDE = 40;

    /// With fewer digits behind it, a plus sign does not count.
    public static final int SHORTEST_CALL = 6;

    /// 3 for what may be a digit of a telephone number, 2 for what else may stand within one or go on with a character.
    private static final byte[] CALLABLE = new byte[0x100];

    /// Of each byte one bit for each of its kinds, eight apart.
    private static final long[] KINDS = new long[0x100];

    static {
        for (int b = 0; b < KINDS.length; b++) {
            if (b >= 0x80) KINDS[b] |= 1L << WIDE;
            else if (Character.isLetter(b)) KINDS[b] |= 1L;
            else if (b >= '0' && b <= '9') KINDS[b] |= 1L << DIGITS;
            boolean lead = b >= 0xc0;
            if ((b >= '0' && b <= '9') || (b | 0x20) == 'x' || lead) CALLABLE[b] = 3;
            else if (b >= 0x80 || IN_NUMBERS.indexOf(b) >= 0) CALLABLE[b] = 2;
            if (SEPARATORS.indexOf(b) >= 0) KINDS[b] |= 1L << SEPARATED;
            if (MARKS.indexOf(b) >= 0) KINDS[b] |= 1L << MARKED;
            if (b <= ' ') KINDS[b] |= 1L << BLANK;
        }
    }

    private long[] kinds = new long[1 << 8];
    private byte[] letters = new byte[1 << 8];
    private byte[] digits = new byte[1 << 8];
    private byte[] separators = new byte[1 << 8];
    private byte[] marked = new byte[1 << 8];
    private final int[] marks = new int[MOST_MARKS];

    private int blocks;
    private boolean ascii;
    private int unbroken;
    private int markCount;
    private long present;
    private boolean longWord;
    private boolean rule;
    private boolean digitRow;
    private int longestNumber;
    private int mostSeparators;
    private int digitsAfterPlus;

    /// Looks at a text in UTF-8; afterwards the answers are about it.
    public void over(byte[] text) {
        blocks = (text.length >>> 6) + 1;
        makeRoom((blocks + 1) << 3);
        long all = kinds(text);
        ascii = (all & (0xffL << WIDE)) == 0;
        markCount = 0;
        present = 0;
        digitsAfterPlus = 0;
        if ((all & (0xffL << MARKED)) != 0) marks(text);
        longestNumber = 0;
        mostSeparators = 0;
        digitRow = false;
        if ((all & (0xffL << DIGITS)) != 0) numbers(text);
        runs();
    }

    private void makeRoom(int bytes) {
        if (letters.length >= bytes) return;
        int size = Math.max(bytes, 2 * letters.length);
        kinds = new long[size];
        letters = new byte[size];
        digits = new byte[size];
        separators = new byte[size];
        marked = new byte[size];
    }

    /// @return every kind that there is
    private long kinds(byte[] text) {
        int whole = text.length >>> 3;
        int groups = (text.length + 7) >>> 3;
        clear(blocks - 1);
        clear(blocks);
        lookUp(text, kinds, whole);
        if (whole < groups) {
            long last = 0;
            long rest = Octets.at(text, whole << 3);
            for (int i = 0; i < Long.BYTES; i++) last |= KINDS[(int) (rest >>> (i << 3)) & 0xff] << i;
            kinds[whole] = last;
        }
        Arrays.fill(kinds, groups, blocks << 3, 0);
        for (int g = 0; g < groups; g++) {
            letters[g] = (byte) kinds[g];
            digits[g] = (byte) (kinds[g] >>> DIGITS);
            separators[g] = (byte) (kinds[g] >>> SEPARATED);
            marked[g] = (byte) (kinds[g] >>> MARKED);
        }
        return runsWithoutBlank(groups);
    }

    private long runsWithoutBlank(int groups) {
        long all = 0;
        int run = 0;
        int longest = 0;
        for (int g = 0; g < groups; g++) {
            long here = kinds[g];
            all |= here;
            run = (here & (0xffL << BLANK)) == 0 ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        unbroken = longest << 3;
        return all;
    }

    /// Of eight bytes each the kinds, as bits that stand side by side. A loop that does nothing else is three times as
    /// fast as one that does.
    private static void lookUp(byte[] text, long[] into, int groups) {
        for (int g = 0; g < groups; g++) {
            int i = g << 3;
            into[g] = KINDS[text[i] & 0xff]
                    | (KINDS[text[i + 1] & 0xff] << 1)
                    | (KINDS[text[i + 2] & 0xff] << 2)
                    | (KINDS[text[i + 3] & 0xff] << 3)
                    | (KINDS[text[i + 4] & 0xff] << 4)
                    | (KINDS[text[i + 5] & 0xff] << 5)
                    | (KINDS[text[i + 6] & 0xff] << 6)
                    | (KINDS[text[i + 7] & 0xff] << 7);
        }
    }

    private void clear(int block) {
        LONGS.set(letters, block << 3, 0L);
        LONGS.set(digits, block << 3, 0L);
        LONGS.set(separators, block << 3, 0L);
        LONGS.set(marked, block << 3, 0L);
    }

    private static long bits(byte[] masks, int block) {
        return (long) LONGS.get(masks, block << 3);
    }

    private void marks(byte[] text) {
        for (int b = 0; b < blocks; b++)
            for (long rest = bits(marked, b); rest != 0; rest &= rest - 1) {
                int at = (b << 6) + Long.numberOfTrailingZeros(rest);
                if (markCount < MOST_MARKS) marks[markCount] = at;
                markCount++;
                present |= 1L << text[at];
                if (text[at] == '+') digitsAfterPlus = Math.max(digitsAfterPlus, callable(text, at + 1));
            }
    }

    /// Digits before anything that stands in no telephone number. Whatever is not ASCII may be a digit of another
    /// script, and `x` is one where numbers are spelt in letters. A second plus sign counts for itself.
    private static int callable(byte[] text, int from) {
        if (from + SHORTEST_CALL > text.length) return 0;
        byte first = CALLABLE[text[from] & 0xff];
        for (int i = 1; i < SHORTEST_CALL; i++) first &= CALLABLE[text[from + i] & 0xff];
        if (first == 0) return 0;
        int digits = 0;
        for (int i = from; i < text.length && CALLABLE[text[i] & 0xff] != 0; i++)
            digits += CALLABLE[text[i] & 0xff] & 1;
        return digits < SHORTEST_CALL ? 0 : digits;
    }

    private void numbers(byte[] text) {
        long before = 0;
        int tail = 0;
        int rowTail = 0;
        boolean two = false;
        boolean many = false;
        for (int b = 0; b < blocks; b++) {
            long here = bits(digits, b);
            long beside = ((here << 1) | (before >>> 63)) & ((here >>> 1) | (bits(digits, b + 1) << 63));
            long number = here | (bits(separators, b) & beside);
            before = here;
            int head = Long.numberOfTrailingZeros(~number);
            long runs = number & (number >>> 1);
            two |= runs != 0 || (tail > 0 && head > 0);
            runs &= runs >>> 2;
            runs &= runs >>> 3;
            many |= runs != 0 || tail + head >= LONG_NUMBER;
            tail = Long.numberOfLeadingZeros(~number);
            runs = here & (here >>> 1);
            runs &= runs >>> 2;
            runs &= runs >>> 3;
            digitRow |= runs != 0 || rowTail + Long.numberOfTrailingZeros(~here) >= LONG_NUMBER;
            rowTail = Long.numberOfLeadingZeros(~here);
        }
        longestNumber = two ? LONG_NUMBER - 1 : 1;
        if (many || digitsAfterPlus >= LONG_NUMBER - 1 || !ascii) measure(text);
    }

    private void measure(byte[] text) {
        longestNumber = 0;
        int run = 0;
        int between = 0;
        int lastDigit = -3;
        for (int b = 0; b < blocks; b++)
            for (long rest = bits(digits, b); rest != 0; rest &= rest - 1) {
                int at = (b << 6) + Long.numberOfTrailingZeros(rest);
                int gap = at - lastDigit;
                lastDigit = at;
                if (gap == 1) run++;
                else if (gap == 2 && SEPARATORS.indexOf(text[at - 1]) >= 0) {
                    run++;
                    mostSeparators = Math.max(mostSeparators, ++between);
                } else {
                    run = 1;
                    between = 0;
                }
                longestNumber = Math.max(longestNumber, run);
            }
    }

    private void runs() {
        longWord = false;
        rule = false;
        int wordTail = 0;
        int ruleTail = 0;
        for (int b = 0; b < blocks; b++) {
            long word = letters(b) | digits(b);
            long runs = word & (word >>> 1);
            runs &= runs >>> 2;
            runs &= runs >>> 4;
            runs &= runs >>> 8;
            longWord |= runs != 0 || wordTail + Long.numberOfTrailingZeros(~word) >= LONG_WORD;
            wordTail = Long.numberOfLeadingZeros(~word);
            long between = bits(separators, b);
            runs = between & (between >>> 1);
            runs &= runs >>> 1;
            runs &= runs >>> 2;
            rule |= runs != 0 || ruleTail + Long.numberOfTrailingZeros(~between) >= RULE;
            ruleTail = Long.numberOfLeadingZeros(~between);
        }
    }

    /// Whether every byte is a character of ASCII.
    public boolean ascii() {
        return ascii;
    }

    /// How many times 64 bytes the masks are long; the last bit of the last is never set.
    int blocks() {
        return blocks;
    }

    /// Which of 64 bytes are letters of ASCII; the first is the lowest bit.
    long letters(int block) {
        return bits(letters, block);
    }

    /// Which of 64 bytes are digits of ASCII.
    long digits(int block) {
        return bits(digits, block);
    }

    /// Which of 64 bytes are part of a character that is none of ASCII.
    long wide(int block) {
        if (ascii) return 0;
        long wide = 0;
        for (int g = 0; g < Long.BYTES; g++) wide |= ((kinds[(block << 3) + g] >>> WIDE) & 0xff) << (g << 3);
        return wide;
    }

    /// Whether such a byte stands from one place to another.
    boolean wideWithin(int from, int to) {
        for (int g = from >>> 3; g <= (to - 1) >>> 3; g++) {
            long here = (kinds[g] >>> WIDE) & 0xff;
            if (g == from >>> 3) here &= 0xffL << (from & 7);
            if (g == to >>> 3) here &= (1L << (to & 7)) - 1;
            if (here != 0) return true;
        }
        return false;
    }

    /// Where the marks stand, rising; the first [#MOST_MARKS] of [#markCount()].
    public int mark(int index) {
        return marks[index];
    }

    public int markCount() {
        return markCount;
    }

    /// What the text is like; it stays so when the next is looked at.
    public TextFacts facts() {
        return new TextFacts(
                ascii, longestNumber, mostSeparators, digitsAfterPlus, unbroken, digitRow, longWord, rule, present);
    }
}
