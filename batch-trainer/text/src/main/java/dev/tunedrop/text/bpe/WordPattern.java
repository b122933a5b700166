package dev.tunedrop.text.bpe;

import java.util.List;
import java.util.Optional;

/// A pre-tokenizer's regular expression, taken apart. Known expressions are known by their exact text.
///
/// They are all of one form, alternatives in this order:
/// ```
/// contractions | prefix? letters | numbers | ' '? other+ ends* | \s*[\r\n]+ | \s+(?!\S) | \s+
/// ```
///
/// @param contractions where `'s`, `'re` and their like are words
/// @param anyPrefix a letter run may begin with any one character of `[^\r\n\p{L}\p{N}]`, else with one blank
/// @param cased a letter run ends where upper case begins after lower case
/// @param mostDigits the longest run of numbers
/// @param blankBeforeNumbers a run of numbers may begin with one blank
/// @param ends what a run of other characters takes along at its end
/// @param breaks whether white space up to its last line break is a word
record WordPattern(
        Contractions contractions,
        boolean anyPrefix,
        boolean cased,
        int mostDigits,
        boolean blankBeforeNumbers,
        Ends ends,
        boolean breaks) {

    enum Contractions {
        NONE,
        /// a word of their own, in lower case only
        LOWER_CASE,
        /// a word of their own
        ANY_CASE,
        /// the end of the word before
        SUFFIX
    }

    enum Ends {
        NOTHING,
        BREAKS,
        BREAKS_AND_SLASHES
    }

    private static final int ANY = Integer.MAX_VALUE;
    private static final String SHORT = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String PREFIX = "[^\\r\\n\\p{L}\\p{N}]?";
    private static final String BLANKS = "|\\s+(?!\\S)|\\s+";

    private record Known(String regex, WordPattern pattern) {}

    private static final List<Known> KNOWN = List.of(
            new Known(gpt2(), new WordPattern(Contractions.LOWER_CASE, false, false, ANY, true, Ends.NOTHING, false)),
            new Known(
                    SHORT + "|" + PREFIX + "\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+" + BLANKS,
                    new WordPattern(Contractions.ANY_CASE, true, false, 3, false, Ends.BREAKS, true)),
            new Known(
                    SHORT + "|" + PREFIX + "\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+" + BLANKS,
                    new WordPattern(Contractions.ANY_CASE, true, false, 1, false, Ends.BREAKS, true)),
            new Known(
                    SHORT + "| ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+" + BLANKS,
                    new WordPattern(Contractions.ANY_CASE, false, false, 1, false, Ends.NOTHING, false)),
            new Known(
                    PREFIX + UPPER + "*" + LOWER + "+|" + PREFIX + UPPER + "+" + LOWER + "*"
                            + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+" + BLANKS,
                    new WordPattern(Contractions.NONE, true, true, 1, false, Ends.BREAKS_AND_SLASHES, true)),
            new Known(
                    PREFIX + UPPER + "*" + LOWER + "+" + SHORT + "?|" + PREFIX + UPPER + "+" + LOWER + "*" + SHORT + "?"
                            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+" + BLANKS,
                    new WordPattern(Contractions.SUFFIX, true, true, 3, false, Ends.BREAKS_AND_SLASHES, true)));

    /// The pattern of `ByteLevel` with `use_regex`: GPT-2's own.
    static String gpt2() {
        return "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+" + BLANKS;
    }

    static Optional<WordPattern> of(String regex) {
        return KNOWN.stream()
                .filter(known -> known.regex.equals(regex))
                .map(Known::pattern)
                .findFirst();
    }

    /// Every expression that is known here.
    static List<String> regexes() {
        return KNOWN.stream().map(Known::regex).toList();
    }
}
