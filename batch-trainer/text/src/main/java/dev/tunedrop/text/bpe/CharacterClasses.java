package dev.tunedrop.text.bpe;

/// What the patterns of tokenizers ask of a character, one byte for each code point.
///
/// The general categories are those of the running JDK, and a test holds them to be the library's, code point by code
/// point.
final class CharacterClasses {

    /// `\p{L}`
    static final int LETTER = 1;
    /// `\p{N}`
    static final int NUMBER = 2;
    /// `\s`, which is Unicode's White_Space
    static final int SPACE = 4;
    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
    static final int UPPER = 8;
    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
    static final int LOWER = 16;
    /// `[\r\n]`
    static final int BREAK = 32;
    /// `[^\s\p{L}\p{N}]`
    static final int OTHER = 64;

    private static final byte[] TABLE = table();

    private CharacterClasses() {}

    static int of(int codePoint) {
        return TABLE[codePoint];
    }

    private static byte[] table() {
        byte[] table = new byte[Character.MAX_CODE_POINT + 1];
        for (int point = 0; point < table.length; point++) table[point] = (byte) classify(point);
        return table;
    }

    private static int classify(int point) {
        if (point == '\r' || point == '\n') return SPACE | BREAK;
        if (whiteSpace(point)) return SPACE;
        return switch (Character.getType(point)) {
            case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> LETTER | UPPER;
            case Character.LOWERCASE_LETTER -> LETTER | LOWER;
            case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> LETTER | UPPER | LOWER;
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
                OTHER | UPPER | LOWER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            default -> OTHER;
        };
    }

    /// Unicode's property White_Space, which neither of Java's own two notions is.
    static boolean whiteSpace(int point) {
        return (point >= 0x09 && point <= 0x0d)
                || point == 0x20
                || point == 0x85
                || point == 0xa0
                || point == 0x1680
                || (point >= 0x2000 && point <= 0x200a)
                || point == 0x2028
                || point == 0x2029
                || point == 0x202f
                || point == 0x205f
                || point == 0x3000;
    }

    /// `\w` as the library's matcher of added tokens has it: Alphabetic, marks, decimal digits, connectors, joiners.
    static boolean wordCharacter(int point) {
        if (Character.isAlphabetic(point) || point == 0x200c || point == 0x200d) return true;
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.DECIMAL_DIGIT_NUMBER,
                    Character.CONNECTOR_PUNCTUATION -> true;
            default -> false;
        };
    }
}
