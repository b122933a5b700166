package dev.tunedrop.text.bpe;

import java.util.regex.Pattern;

/// A token that stands beside the tokenizer's ordinary vocabulary and is found in the text before words are.
///
/// @param special as the tokenizer's own file says
/// @param singleWord found only between characters that are part of no word
/// @param leftStrip takes the white space before it along
/// @param rightStrip takes the white space after it along
/// @param normalized looked for in the normalised text, not in the text as written
public record AddedToken(
        int id,
        String content,
        boolean special,
        boolean singleWord,
        boolean leftStrip,
        boolean rightStrip,
        boolean normalized) {

    private static final Pattern MARKER = Pattern.compile("<\\|[^|<>\\s]+\\|>");

    /// Whether only the template may write this token. Besides what the file calls special, that is anything of the
    /// form `<|name|>`: some files leave `<|fim_suffix|>` and its like unmarked, and providers refuse them in data.
    public boolean control() {
        return special || MARKER.matcher(content).matches();
    }
}
