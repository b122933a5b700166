package dev.tunedrop.functions.dataset;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// Vertex AI's preference pairs for Gemini: `contents` as in its other rows, ending with the user, and `"completions":
/// [{"score": 1, "completion": {"role": "model", "parts": [{"text"}]}}, {"score": 0, "completion": ...}]`; 1 is the
/// better.
final class VertexPreferenceReader implements RowReader {

    private static final Set<String> KEYS =
            Set.of("systemInstruction", "system_instruction", "contents", "completions");
    private static final Set<String> COMPLETION_KEYS = Set.of("score", "completion");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        List<Row.Message> prompt = VertexReader.system(row, notes);
        JsonValue.Arr list = notes.list(row, "contents", "contents");
        if (list == null) return null;
        for (int i = 0; i < list.items().size(); i++) {
            Row.Message message = VertexReader.content(list.items().get(i), "contents[" + i + "]", false, notes);
            if (message != null) prompt.add(message);
        }
        CandidatePair pair = CandidatePair.of(
                row, "completions", "completions", notes, (completion, at) -> completion(completion, at, notes));
        return PreferencePairs.pair(row, prompt, pair.preferred(), pair.other(), List.of(), notes);
    }

    private static CandidatePair.@Nullable Candidate completion(JsonValue.Obj one, String path, RowNotes notes) {
        notes.unknownKeys(one, COMPLETION_KEYS);
        JsonValue score = one.get("score");
        String number = score instanceof JsonValue.Num written ? written.text() : "";
        boolean known = number.equals("0") || number.equals("1");
        if (!known)
            notes.error(
                    "preference-label",
                    score == null ? one : score,
                    path + ".score",
                    "the score is neither 0 nor 1",
                    "Give the better completion 1 and the other 0.");
        JsonValue completion = one.get("completion");
        if (completion == null) {
            notes.error(
                    "field-missing",
                    one,
                    path + ".completion",
                    "there is no completion",
                    "Write \"completion\": {\"role\": \"model\", \"parts\": [{\"text\": ...}]}.");
            return null;
        }
        Row.Message answer = VertexReader.content(completion, path + ".completion", true, notes);
        return answer == null || !known ? null : new CandidatePair.Candidate(number.equals("1"), answer);
    }
}
