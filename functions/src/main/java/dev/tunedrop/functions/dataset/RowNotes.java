package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Finding.Severity;

/// What reading one row found, by byte offset in the row; and the small questions that every reader asks of a field.
final class RowNotes {

    /// A finding before it has its line.
    record Note(
            String rule,
            Severity severity,
            int at,
            @Nullable String field,
            String message,
            String remedy) {}

    /// Up to here comparing every two keys is faster than a set.
    private static final int FEW_KEYS = 8;

    private final List<Note> notes = new ArrayList<>();
    private boolean failed;

    List<Note> notes() {
        return notes;
    }

    /// Whether an error was noted: the row is refused.
    boolean failed() {
        return failed;
    }

    void error(String rule, JsonValue where, @Nullable String field, String message, String remedy) {
        failed = true;
        notes.add(new Note(rule, Severity.ERROR, where.at(), field, message, remedy));
    }

    void warning(String rule, JsonValue where, @Nullable String field, String message, String remedy) {
        notes.add(new Note(rule, Severity.WARNING, where.at(), field, message, remedy));
    }

    /// A text that must be there.
    @Nullable
    String text(JsonValue.Obj object, String field, String path) {
        JsonValue value = object.get(field);
        if (value instanceof JsonValue.Str text) return text.text();
        if (value == null) error("field-missing", object, path, "the row has no " + field, "Add it.");
        else error("content-not-text", value, path, field + " is not text", "Write it as a JSON string.");
        return null;
    }

    /// A text that may be absent or null, which read as "".
    @Nullable
    String optionalText(JsonValue.Obj object, String field) {
        return absent(object.get(field)) ? "" : text(object, field, field);
    }

    /// A list that must be there and hold something.
    JsonValue.@Nullable Arr list(JsonValue.Obj object, String field, String path) {
        JsonValue value = object.get(field);
        if (!(value instanceof JsonValue.Arr list)) {
            error(
                    "messages-not-list",
                    value == null ? object : value,
                    path,
                    field + " is not a list",
                    "Write \"%s\": [ ... ].".formatted(field));
            return null;
        }
        if (list.items().isEmpty()) {
            error(
                    "messages-empty",
                    list,
                    path,
                    "the list " + field + " is empty",
                    "Write at least a question and an answer.");
            return null;
        }
        return list;
    }

    JsonValue.@Nullable Obj object(JsonValue value, String path) {
        if (value instanceof JsonValue.Obj object) return object;
        error(
                "message-not-object",
                value,
                path,
                "a message is not an object",
                "Write an object with its role and its text.");
        return null;
    }

    static boolean absent(@Nullable JsonValue value) {
        return value == null || value instanceof JsonValue.Null;
    }

    /// Says once for an object that keys are there which nobody reads; their names may be the owner's own words, so
    /// they are not told.
    void unknownKeys(JsonValue.Obj object, Set<String> known) {
        for (JsonValue.Member member : object.members())
            if (!known.contains(member.name())) {
                notes.add(new Note(
                        "key-ignored",
                        Severity.WARNING,
                        member.at(),
                        null,
                        "this key, and perhaps others of its object, is not read",
                        "Nothing to do if it is a note of yours."));
                return;
            }
    }

    /// A repeated key is well-formed JSON whose meaning no two readers agree on.
    void duplicateKeys(JsonValue value) {
        switch (value) {
            case JsonValue.Obj object -> {
                List<JsonValue.Member> members = object.members();
                Set<String> seen = members.size() > FEW_KEYS ? new HashSet<>() : Set.of();
                for (int m = 0; m < members.size(); m++) {
                    JsonValue.Member member = members.get(m);
                    boolean again =
                            members.size() > FEW_KEYS ? !seen.add(member.name()) : object.get(member.name(), m) != null;
                    if (again) repeated(member.at());
                    duplicateKeys(member.value());
                }
            }
            case JsonValue.Arr array -> array.items().forEach(this::duplicateKeys);
            case JsonValue.Str s -> {}
            case JsonValue.Num n -> {}
            case JsonValue.Bool b -> {}
            case JsonValue.Null n -> {}
        }
    }

    private void repeated(int at) {
        failed = true;
        notes.add(new Note(
                "duplicate-key",
                Severity.ERROR,
                at,
                null,
                "a key stands twice in one object, so its value is ambiguous",
                "Keep one of them."));
    }
}
