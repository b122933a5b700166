package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;

/// What one row must be, after OpenAI's published schema `FineTuneChatRequestInput` and the prompt/completion shape.
/// Formats and features that we cannot train on are named, not guessed at.
final class RowRules {

    private static final Set<String> CHAT_KEYS =
            Set.of("messages", "tools", "functions", "parallel_tool_calls", "function_call");
    private static final Set<String> COMPLETION_KEYS = Set.of("prompt", "completion");

    /// Keys that give another format away, with the name its users know.
    private static final List<List<String>> FOREIGN = List.of(
            List.of("conversations", "ShareGPT's `conversations`"),
            List.of("preferred_output", "preference pairs"),
            List.of("preferred_completion", "preference pairs"),
            List.of("chosen", "preference pairs"),
            List.of("instruction", "Alpaca's `instruction` and `output`"),
            List.of("contents", "Gemini's `contents`"),
            List.of("text", "plain `text`"));

    private final long line;
    private final List<Finding> findings = new ArrayList<>();

    private RowRules(long line) {
        this.line = line;
    }

    /// A row, or none when an error was found.
    record Checked(Optional<Row> row, DatasetFormat format, List<Finding> findings) {}

    static Checked check(long line, JsonValue value) {
        RowRules rules = new RowRules(line);
        Optional<Row> row = rules.row(value);
        boolean refused = rules.findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
        boolean pair = row.isPresent() && row.get() instanceof Row.Completion;
        return new Checked(
                refused ? Optional.empty() : row,
                pair ? DatasetFormat.PROMPT_COMPLETION : DatasetFormat.OPENAI_CHAT,
                rules.findings);
    }

    private Optional<Row> row(JsonValue value) {
        if (value instanceof JsonValue.Arr array) {
            error(
                    "file-json-array",
                    array,
                    null,
                    "the line holds a JSON array, not one object",
                    "Write the array's objects one per line (JSON Lines).");
            return Optional.empty();
        }
        if (!(value instanceof JsonValue.Obj row)) {
            error(
                    "row-not-object",
                    value,
                    null,
                    "the line's value is not an object",
                    "Write one object per line, such as {\"messages\": [...]}.");
            return Optional.empty();
        }
        duplicateKeys(row, "");
        if (row.has("messages") && (row.has("prompt") || row.has("completion"))) {
            error(
                    "row-ambiguous",
                    row,
                    null,
                    "the row has both messages and prompt or completion",
                    "Keep one of them.");
            return Optional.empty();
        }
        if (row.has("messages")) return new ChatRules(this).row(row);
        if (row.has("prompt") || row.has("completion")) return completion(row);
        return unknown(row);
    }

    private Optional<Row> completion(JsonValue.Obj row) {
        String prompt = text(row, "prompt");
        String completion = text(row, "completion");
        if (prompt == null || completion == null) return Optional.empty();
        if (completion.isBlank())
            error(
                    "completion-empty",
                    row,
                    "completion",
                    "the completion is empty",
                    "Write the answer, or drop the row.");
        if (prompt.isBlank())
            warning("prompt-empty", row, "prompt", "the prompt is empty", "Check that this is meant.");
        unknownKeys(row, COMPLETION_KEYS);
        return Optional.of(new Row.Completion(prompt, completion));
    }

    private @Nullable String text(JsonValue.Obj row, String field) {
        JsonValue value = row.get(field);
        if (value instanceof JsonValue.Str text) return text.text();
        if (value == null) error("field-missing", row, field, "the row has no " + field, "Add it.");
        else error("content-not-text", value, field, field + " is not text", "Write it as a JSON string.");
        return null;
    }

    private Optional<Row> unknown(JsonValue.Obj row) {
        for (List<String> foreign : FOREIGN)
            if (row.has(foreign.getFirst())) {
                error(
                        "format-unsupported",
                        row,
                        null,
                        "the row has " + foreign.getLast() + ", which is not read here",
                        "Convert it to {\"messages\": [...]} or to prompt and completion.");
                return Optional.empty();
            }
        error(
                "row-unknown-format",
                row,
                null,
                "the row has neither messages nor prompt and completion",
                "Write {\"messages\": [{\"role\": \"user\", ...}, {\"role\": \"assistant\", ...}]}.");
        return Optional.empty();
    }

    void unknownKeys(JsonValue.Obj row, Set<String> known) {
        for (JsonValue.Member member : row.members())
            if (!known.contains(member.name()))
                add(
                        "key-ignored",
                        Severity.WARNING,
                        member.at(),
                        null,
                        "a key of the row is not read",
                        "Nothing to do if it is a note of yours.");
    }

    static Set<String> chatKeys() {
        return CHAT_KEYS;
    }

    /// A repeated key is well-formed JSON whose meaning no two readers agree on.
    void duplicateKeys(JsonValue value, String path) {
        switch (value) {
            case JsonValue.Obj object -> {
                Set<String> seen = new HashSet<>();
                for (JsonValue.Member member : object.members()) {
                    if (!seen.add(member.name()))
                        add(
                                "duplicate-key",
                                Severity.ERROR,
                                member.at(),
                                path.isEmpty() ? null : path,
                                "a key stands twice in one object, so its value is ambiguous",
                                "Keep one of them.");
                    duplicateKeys(member.value(), path);
                }
            }
            case JsonValue.Arr array -> {
                for (int i = 0; i < array.items().size(); i++)
                    duplicateKeys(array.items().get(i), path.isEmpty() ? "[" + i + "]" : path);
            }
            case JsonValue.Str s -> {}
            case JsonValue.Num n -> {}
            case JsonValue.Bool b -> {}
            case JsonValue.Null n -> {}
        }
    }

    void error(String rule, JsonValue where, @Nullable String field, String message, String remedy) {
        add(rule, Severity.ERROR, where.at(), field, message, remedy);
    }

    void warning(String rule, JsonValue where, @Nullable String field, String message, String remedy) {
        add(rule, Severity.WARNING, where.at(), field, message, remedy);
    }

    private void add(String rule, Severity severity, int at, @Nullable String field, String message, String remedy) {
        findings.add(new Finding(rule, severity, line, at + 1L, field, message, remedy));
    }
}
