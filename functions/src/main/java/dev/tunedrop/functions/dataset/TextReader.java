package dev.tunedrop.functions.dataset;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/// `{"text": ...}`, every token of which is learnt.
final class TextReader implements RowReader {

    private static final Set<String> KEYS = Set.of("text");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        String text = some(row, notes);
        return text == null ? null : new Row.Text(text);
    }

    /// The row's text, which must not be blank.
    static @Nullable String some(JsonValue.Obj row, RowNotes notes) {
        String text = notes.text(row, "text", "text");
        if (text != null && text.isBlank())
            notes.error("completion-empty", row, "text", "the text is empty", "Write it, or drop the row.");
        return text;
    }
}
