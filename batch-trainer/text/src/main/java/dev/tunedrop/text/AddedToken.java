package dev.tunedrop.text;

import java.util.regex.Pattern;

/// A token that stands beside the tokenizer's ordinary vocabulary.
///
/// @param special as the tokenizer's own file says
record AddedToken(int id, String content, boolean special) {

    private static final Pattern MARKER = Pattern.compile("<\\|[^|<>\\s]+\\|>");

    /// Whether only the template may write this token. Besides what the file calls special, that is anything of the
    /// form `<|name|>`: some files leave `<|fim_suffix|>` and its like unmarked, and providers refuse them in data.
    boolean control() {
        return special || MARKER.matcher(content).matches();
    }
}
