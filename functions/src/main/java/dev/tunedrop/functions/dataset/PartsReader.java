package dev.tunedrop.functions.dataset;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/// Texts that Bedrock and Vertex write as lists of `{"text": ...}`.
final class PartsReader {

    private static final Set<String> KEYS = Set.of("text");

    private PartsReader() {}

    /// The parts joined, or nothing where an error was noted.
    static @Nullable String text(@Nullable JsonValue value, JsonValue.Obj owner, String path, RowNotes notes) {
        if (!(value instanceof JsonValue.Arr parts)) {
            if (value == null)
                notes.error("content-missing", owner, path, "the text is missing", "Write [{\"text\": ...}].");
            else
                notes.error(
                        "content-not-text", value, path, "the text is not a list of parts", "Write [{\"text\": ...}].");
            return null;
        }
        if (parts.items().isEmpty()) {
            notes.error("content-missing", parts, path, "the list of parts is empty", "Write [{\"text\": ...}].");
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.items().size(); i++) {
            JsonValue part = parts.items().get(i);
            if (!(part instanceof JsonValue.Obj object) || !(object.get("text") instanceof JsonValue.Str piece)) {
                notes.error(
                        "modality-unsupported",
                        part,
                        path + "[" + i + "]",
                        "a part of the content is not text",
                        "Leave rows with images, documents, sound, video or tool use out; only text is trained here.");
                return null;
            }
            notes.unknownKeys(object, KEYS);
            text.append(piece.text());
        }
        return text.toString();
    }
}
