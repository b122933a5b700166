package dev.tunedrop.functions.checks.scan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;

/// Texts that fast paths are tried on: random ones of pieces that matter, of every length about the widths that the
/// scan works in, and those of the shared data where they are there.
public final class SampleTexts {

    private static final List<String> PIECES = List.of(
            "the",
            "and",
            "I",
            "of",
            "ist",
            "der",
            "que",
            "extraordinarily",
            "SCREAMING",
            "camelCase",
            "a",
            "Z",
            "AKIA",
            "3rd",
            "x2y",
            "7",
            "42",
            "12345",
            "1234567",
            "99999999999999999999",
            " ",
            " ",
            " ",
            "  ",
            "\n",
            "\t",
            "-",
            "-----",
            ".",
            "/",
            ",",
            "@",
            "_",
            ":",
            "<",
            "<<",
            "[",
            "+",
            "+49 30 90",
            "User:",
            "<|im_start|>",
            "[EOS]",
            "(",
            ")",
            "~",
            "x",
            "é",
            "Ünï",
            "日本",
            "かな",
            "ไทย",
            "한국어",
            "😀",
            "\u0301",
            "\u00a0",
            "٣",
            "＋",
            "\u0000",
            "\u007f");

    private SampleTexts() {}

    /// @param count how many
    public static List<String> random(int count, long seed) {
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int pieces = random.nextInt(20) == 0 ? 900 : random.nextInt(40);
            int kinds = random.nextBoolean() ? PIECES.indexOf("é") : PIECES.size();
            StringBuilder text = new StringBuilder();
            for (int p = 0; p < pieces; p++) text.append(PIECES.get(random.nextInt(kinds)));
            texts.add(text.toString());
        }
        for (int length = 0; length < 300; length++) {
            texts.add("a".repeat(length));
            texts.add("7".repeat(length));
            texts.add(" ".repeat(length) + "word");
            texts.add("-".repeat(length) + "1-2-3-4");
        }
        return texts;
    }

    /// Lines of the shared datasets and the naughty strings; empty where they are absent.
    public static List<String> shared() throws IOException {
        Path data = Path.of(System.getProperty("tunedrop.shared", ""), "data");
        List<String> texts = new ArrayList<>();
        if (!Files.isDirectory(data.resolve("datasets"))) return texts;
        for (JsonNode naughty :
                Json.mapper().readTree(data.resolve("malformed/blns.json").toFile())) texts.add(naughty.asText());
        try (Stream<Path> files = Files.list(data.resolve("datasets"))) {
            for (Path file : files.sorted().toList())
                if (!file.toString().endsWith(".gz"))
                    for (String line :
                            Files.readString(file, StandardCharsets.UTF_8).split("\n")) texts.add(line);
        }
        return texts;
    }
}
