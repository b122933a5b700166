package dev.tunedrop.functions.checks.scan;

/// What a scan of a text found, as far as it is kept: enough to know what the text cannot hold.
///
/// @param ascii whether every character is one of ASCII
/// @param longestNumber digits of the longest number: digits with at most one blank, dash, dot or slash between them;
///     of a number of two to six digits no more is said than that it may have six
/// @param mostSeparators blanks, dashes, dots and slashes within one number, at the most; 0 where none has seven digits
///     and separators
/// @param digitsAfterPlus the most digits behind one plus sign, with only what may stand in a telephone number between;
///     0 where they are fewer than [TextScan#SHORTEST_CALL]
/// @param unbroken bytes without white space or control characters: no longer run than this and 14 more
/// @param digitRow whether [TextScan#LONG_NUMBER] digits follow each other with nothing between
/// @param longWord whether [TextScan#LONG_WORD] letters and digits follow each other
/// @param rule whether [TextScan#RULE] blanks, dashes, dots and slashes follow each other
/// @param marks which of [TextScan#MARKS] there are, as bits by the character's lowest six
public record TextFacts(
        boolean ascii,
        int longestNumber,
        int mostSeparators,
        int digitsAfterPlus,
        int unbroken,
        boolean digitRow,
        boolean longWord,
        boolean rule,
        long marks) {

    /// A run of n bytes has at least this many in whole groups of eight.
    private static final int LOST = 7;

    /// Whether one of the marks stands in the text.
    public boolean has(char mark) {
        return ((marks >>> mark) & 1) != 0;
    }

    /// Whether so many bytes may follow each other without white space.
    ///
    /// @param unbroken as above
    public static boolean mayRun(int unbroken, int bytes) {
        return unbroken >= ((bytes - LOST) & -Long.BYTES);
    }
}
