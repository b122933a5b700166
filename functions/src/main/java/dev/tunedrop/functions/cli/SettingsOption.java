package dev.tunedrop.functions.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;

/// The settings that a drop of a file would take: those of a named file, else of a `tune.json` beside it, else the
/// defaults.
final class SettingsOption {

    static final String DESCRIPTION = "The run's settings; a tune.json beside FILE is taken by itself.";

    private SettingsOption() {}

    /// @param named the file of settings; absent: none was named
    /// @param more what the command line adds to them
    static RunSettings read(Path dataset, @Nullable Path named, Consumer<ObjectNode> more) throws IOException {
        Path beside = dataset.resolveSibling("tune.json");
        Path from = named != null ? named : Files.isRegularFile(beside) ? beside : null;
        if (named != null && !Files.isRegularFile(named))
            throw new UserMistake("there is no file " + named + ". Name a tune.json.");
        String source = from == null ? "the command line" : from.toString();
        byte[] text = from == null ? "{}".getBytes(StandardCharsets.UTF_8) : Files.readAllBytes(from);
        try {
            if (!(Json.tree(text, source) instanceof ObjectNode tree))
                throw new UserMistake(source + ": must be a JSON object such as {\"epochs\": 3}. Put it right.");
            more.accept(tree);
            return SettingsFile.read(Json.bytes(tree), source);
        } catch (InvalidDocument e) {
            throw new UserMistake(e.sentence() + " Put it right.", e);
        }
    }
}
