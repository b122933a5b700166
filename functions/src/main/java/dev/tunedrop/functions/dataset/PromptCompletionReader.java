package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// `{"prompt": ..., "completion": ...}`: two texts, or two lists of messages of which the second is learnt.
final class PromptCompletionReader implements RowReader {

    private static final Set<String> KEYS = Set.of("prompt", "completion", "tools");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        if (row.get("label") instanceof JsonValue.Bool label) {
            notes.error(
                    "format-unsupported",
                    label,
                    "label",
                    "the row says by label whether its completion is wanted (KTO), which is not trained here",
                    "Keep the wanted rows and leave label out, or write pairs of chosen and rejected.");
            return null;
        }
        if (row.get("prompt") instanceof JsonValue.Arr prompt && row.get("completion") instanceof JsonValue.Arr answer)
            return chat(row, prompt, answer, notes);
        if (!RowNotes.absent(row.get("tools")))
            notes.error(
                    "tools-invalid",
                    row,
                    "tools",
                    "the row declares tools, but prompt and completion are texts",
                    "Write prompt and completion as lists of messages.");
        return pair(row, notes.text(row, "prompt", "prompt"), notes.text(row, "completion", "completion"), notes);
    }

    private static @Nullable Row chat(JsonValue.Obj row, JsonValue.Arr prompt, JsonValue.Arr answer, RowNotes notes) {
        List<Row.Message> messages = new ArrayList<>(new MessageReader(notes, false).all(prompt, "prompt"));
        List<Row.Message> learnt = new MessageReader(notes, true).all(answer, "completion");
        List<Row.Tool> tools = new ToolReader(notes).declared(row, "");
        if (notes.failed()) return null;
        Conversations.systemFirst(notes, prompt, "prompt", messages, 0);
        Conversations.check(notes, answer, "completion", learnt, 0);
        messages.addAll(learnt);
        return new Row.Chat(messages, tools, null);
    }

    static @Nullable Row pair(JsonValue.Obj row, @Nullable String prompt, @Nullable String completion, RowNotes notes) {
        if (prompt == null || completion == null) return null;
        if (completion.isBlank())
            notes.error(
                    "completion-empty",
                    row,
                    "completion",
                    "the completion is empty",
                    "Write the answer, or drop the row.");
        if (prompt.isBlank())
            notes.warning("prompt-empty", row, "prompt", "the prompt is empty", "Check that this is meant.");
        return new Row.Completion(prompt, completion);
    }
}
