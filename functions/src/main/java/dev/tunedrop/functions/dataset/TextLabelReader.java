package dev.tunedrop.functions.dataset;

import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// `{"text": ..., "label": ...}` for classification; a label is a word or a whole number.
final class TextLabelReader implements RowReader {

    private static final Set<String> KEYS = Set.of("text", "label");
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,8})");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        String text = TextReader.some(row, notes);
        String label = label(row, notes);
        return text == null || label == null ? null : new Row.Labelled(text, label);
    }

    private static @Nullable String label(JsonValue.Obj row, RowNotes notes) {
        JsonValue label = row.get("label");
        if (label instanceof JsonValue.Str word && !word.text().isBlank()) return word.text();
        if (label instanceof JsonValue.Num number
                && WHOLE.matcher(number.text()).matches()) return number.text();
        notes.error(
                label == null ? "field-missing" : "label-invalid",
                label == null ? row : label,
                "label",
                "the label is neither a word nor a whole number of at most nine digits",
                "Give each row one label; rows of several labels are not trained here.");
        return null;
    }
}
