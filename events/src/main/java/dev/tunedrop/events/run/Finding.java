package dev.tunedrop.events.run;

import org.jspecify.annotations.Nullable;

/// What a check says of one place in a dataset. Holds places and rules, never the dataset's text.
///
/// @param rule a stable id in kebab case, such as `json-duplicate-key`
/// @param line 1-based; 0 for the file as a whole
/// @param column 1-based byte column in the line; 0 for the line as a whole
/// @param field path within the row, such as `messages[1].content`
/// @param message one sentence: what is wrong
/// @param remedy one sentence: what to do
public record Finding(
        String rule,
        Severity severity,
        long line,
        long column,
        @Nullable String field,
        String message,
        String remedy) {

    public enum Severity {
        /// The file cannot be trained on.
        ERROR,
        /// It can, but something will not be as its owner may expect.
        WARNING
    }
}
