package dev.tunedrop.functions.targets;

import java.util.Map;
import java.util.Optional;

import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.functions.dataset.Row;

/// A place where models are tuned.
///
/// @param name as settings and commands have it
/// @param title for people
/// @param writes kind of row → format of the file it takes for them; other kinds it does not take
/// @param anyFormat whether it reads every format that is read here, as our own trainer does
public record Target(String name, String title, Map<String, String> writes, boolean anyFormat) {

    public Target {
        writes = Map.copyOf(writes);
        for (String format : writes.values())
            if (DatasetFormat.of(format).isEmpty())
                throw new IllegalArgumentException(name + " writes " + format + ", which is no format");
    }

    /// The format of the file it takes for rows of a kind; empty when it does not take them.
    public Optional<DatasetFormat> formatFor(Row.Kind kind) {
        return Optional.ofNullable(writes.get(kind.word())).flatMap(DatasetFormat::of);
    }
}
