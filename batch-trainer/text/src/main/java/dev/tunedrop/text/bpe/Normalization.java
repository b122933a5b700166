package dev.tunedrop.text.bpe;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.text.Normalizer.Form;

/// What a tokenizer does to text before it looks for words.
enum Normalization {
    NONE,
    /// Unicode's composed form.
    NFC,
    /// Each blank becomes `▁`.
    BLANKS,
    /// Each blank becomes `▁`, and one more stands before every stretch of text.
    BLANKS_AND_PREFIX;

    private static final byte[] MARK = Metaspace.MARK;

    /// Whether [#apply] would change `source[from, to)` of `text`.
    boolean changes(Utf8Text source, String text, int from, int to) {
        return switch (this) {
            case NONE -> false;
            case NFC -> !source.plain() && composes(text.substring(source.boundary(from), source.boundary(to)));
            case BLANKS, BLANKS_AND_PREFIX -> true;
        };
    }

    private static boolean composes(String text) {
        return !Normalizer.isNormalized(text, Form.NFC) || text.codePoints().anyMatch(LateCharacters::has);
    }

    /// Writes the normal form of `source[from, to)`, where each byte keeps the place it came from.
    void apply(Utf8Text source, String text, int from, int to, Utf8Text target) {
        target.clear(source.boundary(from));
        switch (this) {
            case NONE -> copy(source, from, to, target);
            case NFC -> compose(text, source.boundary(from), source.boundary(to), target);
            case BLANKS -> markBlanks(source, from, to, target);
            case BLANKS_AND_PREFIX -> {
                if (from < to) target.append(MARK, 0, MARK.length, source.start(from), source.end(from));
                markBlanks(source, from, to, target);
            }
        }
        target.finish();
    }

    /// The normal form of an added token's text.
    String of(String text) {
        return switch (this) {
            case NONE -> text;
            case NFC -> Normalizer.normalize(text, Form.NFC);
            case BLANKS -> text.replace(' ', '▁');
            case BLANKS_AND_PREFIX -> text.isEmpty() ? text : '▁' + text.replace(' ', '▁');
        };
    }

    private static void copy(Utf8Text source, int from, int to, Utf8Text target) {
        for (int at = from; at < to; at++) target.append(source.bytes(), at, at + 1, source.start(at), source.end(at));
    }

    private static void markBlanks(Utf8Text source, int from, int to, Utf8Text target) {
        byte[] bytes = source.bytes();
        for (int at = from; at < to; at++) {
            if (bytes[at] == ' ') target.append(MARK, 0, MARK.length, source.start(at), source.end(at));
            else target.append(bytes, at, at + 1, source.start(at), source.end(at));
        }
    }

    /// Composes run by run: a character with the marks after it. A run that changes is one place for all its bytes.
    private static void compose(String text, int from, int to, Utf8Text target) {
        int at = from;
        while (at < to) {
            int end = at + Character.charCount(text.codePointAt(at));
            boolean late = LateCharacters.has(text.codePointAt(at));
            while (!late && end < to && joins(text.codePointAt(end))) end += Character.charCount(text.codePointAt(end));
            String run = text.substring(at, end);
            if (late || Normalizer.isNormalized(run, Form.NFC)) {
                for (int unit = at; unit < end; ) {
                    int after = unit + Character.charCount(text.codePointAt(unit));
                    append(text.substring(unit, after), unit, after, target);
                    unit = after;
                }
            } else append(Normalizer.normalize(run, Form.NFC), at, end, target);
            at = end;
        }
    }

    private static void append(String text, int start, int end, Utf8Text target) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        target.append(bytes, 0, bytes.length, start, end);
    }

    /// Whether a character may compose with one before it: the marks and the later parts of Hangul syllables.
    private static boolean joins(int point) {
        if (point < 0x300 || LateCharacters.has(point)) return false;
        if (point >= 0x1160 && point <= 0x11ff) return true;
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> false;
        };
    }
}
