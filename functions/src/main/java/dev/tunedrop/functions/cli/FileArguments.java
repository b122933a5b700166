package dev.tunedrop.functions.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;

/// Looks at what a command line names as files before any work is done.
final class FileArguments {

    private FileArguments() {}

    static void dataset(Path file) {
        if (Files.isDirectory(file)) throw new UserMistake(file + " is a folder. Name a dataset, which is one file.");
        if (Files.exists(file) && !Files.isRegularFile(file))
            throw new UserMistake(file + " is no ordinary file, and a dataset is read more than once. Save it as one.");
        if (!Files.isRegularFile(file)) throw new UserMistake("there is no file \"" + file + "\". Name a dataset.");
        if (!Files.isReadable(file))
            throw new UserMistake(file + " may not be read by this user. Check its permissions.");
    }

    /// A page may replace one that was written before, never the dataset that it is about.
    static void page(@Nullable Path page, Path dataset) {
        if (page == null) return;
        try {
            if (Files.exists(page) && Files.isSameFile(page, dataset))
                throw new UserMistake("--html names the dataset itself, which it would overwrite. Name another file.");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + page, e);
        }
        output(page, "--html");
    }

    static void output(Path file, String option) {
        if (Files.isDirectory(file)) throw new UserMistake(file + " is a folder. Name a file with " + option + ".");
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder))
            throw new UserMistake(
                    "there is no folder " + folder + ". Make it, or name another file with " + option + ".");
    }
}
