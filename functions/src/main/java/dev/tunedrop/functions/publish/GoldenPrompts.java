package dev.tunedrop.functions.publish;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.dataset.CanonicalRow;
import dev.tunedrop.functions.dataset.Row;

/// The first few held-out questions of a run, or trained ones where nothing was held out.
final class GoldenPrompts {

    static final int COUNT = 3;

    private GoldenPrompts() {}

    /// @param labelled whether the answer is a label, which a base alone cannot give
    record Prompt(List<Row.Message> question, String expected, boolean labelled) {
        Prompt {
            question = List.copyOf(question);
        }

        List<Map<String, String>> messages() {
            return question.stream()
                    .map(message -> Map.of("role", message.role(), "content", message.content()))
                    .toList();
        }

        /// What a person reads: the last thing the user said.
        String text() {
            return question.isEmpty() ? "" : question.getLast().content();
        }

        @Override
        public String toString() {
            return "Prompt[withheld: it holds training text]";
        }
    }

    static List<Prompt> of(Objects artefacts, RunFiles files) throws IOException {
        List<Prompt> heldOut = new ArrayList<>();
        List<Prompt> trained = new ArrayList<>();
        String key = files.canonicalRows();
        Objects.Head head =
                artefacts.head(key).orElseThrow(() -> new IOException(artefacts.address(key) + " is missing"));
        try (BufferedReader rows = new BufferedReader(new InputStreamReader(
                artefacts.open(key, "etag:" + head.etag(), 0, head.sizeBytes()), StandardCharsets.UTF_8))) {
            for (String line = rows.readLine(); line != null && heldOut.size() < COUNT; line = rows.readLine()) {
                CanonicalRow row = Json.read(line, CanonicalRow.class, key);
                if (!plain(row.row())) continue;
                if (CanonicalRow.VALIDATION.equals(row.split())) heldOut.add(prompt(row));
                else if (trained.size() < COUNT) trained.add(prompt(row));
            }
        }
        return heldOut.isEmpty() ? trained : heldOut;
    }

    /// Whether the question can be asked as roles and texts alone and the answer is a text.
    private static boolean plain(Row row) {
        return !row.answer().isEmpty()
                && row.question().stream()
                        .allMatch(message ->
                                message.toolCalls().isEmpty() && !message.role().equals(Row.Message.TOOL));
    }

    private static Prompt prompt(CanonicalRow row) {
        return new Prompt(row.row().question(), row.row().answer(), row.row() instanceof Row.Labelled);
    }
}
