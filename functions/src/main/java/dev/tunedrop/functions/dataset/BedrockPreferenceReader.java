package dev.tunedrop.functions.dataset;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// Amazon Nova's preference pairs: a Converse row whose last turn is `{"role": "assistant", "candidates": [{"content":
/// [{"text"}], "preferenceLabel": "preferred"}, {"content": [...], "preferenceLabel": "non-preferred"}]}`. Nova's own
/// samples leave `schemaVersion` out.
final class BedrockPreferenceReader implements RowReader {

    static final String CANDIDATES = "candidates";
    static final String LABEL = "preferenceLabel";
    static final String PREFERRED = "preferred";
    static final String NOT_PREFERRED = "non-preferred";

    private static final Set<String> KEYS = Set.of("schemaVersion", "system", "messages");
    private static final Set<String> LAST_KEYS = Set.of("role", CANDIDATES);
    private static final Set<String> CANDIDATE_KEYS = Set.of("content", LABEL);

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        if (row.has("schemaVersion")) BedrockReader.version(row, notes);
        else notes.unknownKeys(row, KEYS);
        List<Row.Message> prompt = BedrockReader.system(row, notes);
        JsonValue.Arr list = notes.list(row, "messages", "messages");
        if (list == null) return null;
        int turns = list.items().size() - 1;
        for (int i = 0; i < turns; i++) {
            Row.Message message = BedrockReader.message(list.items().get(i), "messages[" + i + "]", false, notes);
            if (message != null) prompt.add(message);
        }
        String path = "messages[" + turns + "]";
        JsonValue.Obj last = notes.object(list.items().getLast(), path);
        if (last == null) return null;
        notes.unknownKeys(last, LAST_KEYS);
        String role = Roles.of(last, path, "assistant", notes);
        if (role != null && !role.equals(Row.Message.ASSISTANT))
            notes.error(
                    "role-unknown",
                    last,
                    path + ".role",
                    "the turn with the candidates is not the assistant's",
                    "Write \"role\": \"assistant\".");
        CandidatePair pair = CandidatePair.of(
                last, CANDIDATES, path + "." + CANDIDATES, notes, (candidate, at) -> candidate(candidate, at, notes));
        return PreferencePairs.pair(row, prompt, pair.preferred(), pair.other(), List.of(), notes);
    }

    private static CandidatePair.@Nullable Candidate candidate(JsonValue.Obj candidate, String path, RowNotes notes) {
        notes.unknownKeys(candidate, CANDIDATE_KEYS);
        String said = PartsReader.text(candidate.get("content"), candidate, path + ".content", notes);
        JsonValue label = candidate.get(LABEL);
        String word = label instanceof JsonValue.Str text ? text.text() : "";
        boolean known = word.equals(PREFERRED) || word.equals(NOT_PREFERRED);
        if (!known)
            notes.error(
                    "preference-label",
                    label == null ? candidate : label,
                    path + "." + LABEL,
                    "the label is neither preferred nor non-preferred",
                    "Label one candidate preferred and the other non-preferred.");
        if (said == null || !known) return null;
        return new CandidatePair.Candidate(word.equals(PREFERRED), new Row.Message(Row.Message.ASSISTANT, said, true));
    }
}
