package dev.tunedrop.functions.checks.scan;

import java.lang.Character.UnicodeScript;

/// Words in any script, character by character. A word is a run of letters, marks and digits; an ideograph, kana or
/// Thai
/// letter is a word by itself, as those scripts put no blanks between words.
final class WideWords {

    private static final int ASCII = 0x80;

    private WideWords() {}

    /// Adds the keys of the words from one byte to another.
    ///
    /// @return how many keys there are now
    static int read(byte[] text, int from, int to, long[] keys, int count) {
        int end = count;
        long word = 0;
        boolean open = false;
        for (int i = from; i < to; i += Utf8Points.length(text[i])) {
            int point = Utf8Points.at(text, i);
            if (inWord(point)) {
                word = WordKeys.next(word, Character.toLowerCase(point));
                open = true;
                continue;
            }
            if (open) keys[end++] = word;
            open = false;
            word = 0;
            if (alone(point)) keys[end++] = point;
        }
        if (open) keys[end++] = word;
        return end;
    }

    private static boolean inWord(int c) {
        return (Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK) && !alone(c);
    }

    private static boolean alone(int c) {
        return c >= 0xe00 && (Character.isIdeographic(c) || c <= 0xeff || (c >= 0x3040 && c <= 0x30ff));
    }

    /// Adds runs of letters, and whose script those beyond ASCII are.
    static void talk(byte[] text, int from, int to, Talk talk) {
        long key = 0;
        for (int i = from; i < to; i += Utf8Points.length(text[i])) {
            int point = Utf8Points.at(text, i);
            if (Character.isLetter(point)) {
                key = WordKeys.next(key, Character.toLowerCase(point));
                if (point >= ASCII) talk.addLetter(UnicodeScript.of(point));
            } else {
                if (key != 0) talk.add(key);
                key = 0;
            }
        }
        if (key != 0) talk.add(key);
    }
}
