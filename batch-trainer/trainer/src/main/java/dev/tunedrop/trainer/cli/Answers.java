package dev.tunedrop.trainer.cli;

import java.io.UncheckedIOException;
import java.util.function.Supplier;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.text.TextException;
import dev.tunedrop.trainer.run.Diverged;

/// Turns what went wrong with a user's files or disk into one line for the user.
final class Answers {

    private Answers() {}

    static <T> T of(Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidDocument | TextException | Diverged | UncheckedIOException e) {
            throw new UserMistake(sentence(String.valueOf(e.getMessage())), e);
        }
    }

    private static String sentence(String message) {
        return message.endsWith(".") || message.endsWith("?") ? message : message + ".";
    }
}
