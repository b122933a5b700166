package dev.tunedrop.functions.cli;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.functions.dataset.DatasetFormat;

/// What a command line means by a format's name.
final class FormatOption {

    private FormatOption() {}

    /// Null where none is given: then it is found out.
    static @Nullable DatasetFormat named(@Nullable String format) {
        if (format == null) return null;
        return DatasetFormat.of(format)
                .orElseThrow(() -> new UserMistake(
                        "there is no format %s. Name one of: %s.".formatted(format, DatasetFormat.ids())));
    }
}
