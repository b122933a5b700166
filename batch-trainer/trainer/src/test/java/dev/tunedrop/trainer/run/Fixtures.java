package dev.tunedrop.trainer.run;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A real small base model and a few rows to train it on.
public final class Fixtures {

    private static final List<String> NAMES = List.of("Lily", "Tom", "Ben", "Mia", "Sam", "Anna", "Max");
    private static final List<String> THINGS = List.of("ball", "dog", "kite", "boat", "drum");

    private Fixtures() {}

    /// A pre-trained Llama of 260 thousand parameters.
    public static Path stories260k() {
        return model("stories260k-hf");
    }

    /// A model of a million parameters, trained for 300 steps, of a family by its name in `config.json`.
    public static Path synthetic(String family) {
        return model("synthetic-tiny-" + family);
    }

    private static Path model(String name) {
        Path base = Path.of(System.getProperty("tunedrop.shared"), "data/models", name);
        assumeTrue(Files.isDirectory(base), "shared data is absent: " + base);
        return base;
    }

    /// Preference pairs that all prefer the same manner of answer.
    public static Path pairs(Path file, int count) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            String name = NAMES.get(row % NAMES.size());
            String thing = THINGS.get(row % THINGS.size());
            lines.add(String.format(
                    Locale.ROOT,
                    "{\"prompt\": \"%s has a %s.\", \"chosen\": \" %s was happy with the %s.\","
                            + " \"rejected\": \" The %s was red and %s cried%s.\"}",
                    name,
                    thing,
                    name,
                    thing,
                    thing,
                    name,
                    " a lot".repeat(row % 3)));
        }
        return Files.write(file, lines);
    }

    /// Rows of a prompt and a completion, each another.
    public static Path rows(Path file, int count) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            String name = NAMES.get(row % NAMES.size());
            String thing = THINGS.get(row % THINGS.size());
            lines.add(String.format(
                    Locale.ROOT,
                    "{\"prompt\": \"%s has a %s.\", \"completion\": \" The %s of %s is number %d%s.\"}",
                    name,
                    thing,
                    thing,
                    name,
                    row,
                    " and more".repeat(row % 4)));
        }
        return Files.write(file, lines);
    }
}
