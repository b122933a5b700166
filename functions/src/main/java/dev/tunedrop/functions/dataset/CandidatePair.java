package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

/// Two answers in one list, each of which says whether it is the better one.
final class CandidatePair {

    private final List<Row.Message> preferred = new ArrayList<>();
    private final List<Row.Message> other = new ArrayList<>();

    /// One of the two.
    record Candidate(boolean preferred, Row.Message answer) {}

    private CandidatePair() {}

    /// Reads the list of a field; where it is not such a pair, that is noted.
    ///
    /// @param one reads one of them at a path; null where an error was noted
    static CandidatePair of(
            JsonValue.Obj owner,
            String field,
            String path,
            RowNotes notes,
            BiFunction<JsonValue.Obj, String, @Nullable Candidate> one) {
        CandidatePair pair = new CandidatePair();
        JsonValue.Arr list = notes.list(owner, field, path);
        if (list == null) return pair;
        for (int i = 0; i < list.items().size(); i++) {
            String at = path + "[" + i + "]";
            JsonValue.Obj object = notes.object(list.items().get(i), at);
            Candidate candidate = object == null ? null : one.apply(object, at);
            if (candidate != null) (candidate.preferred() ? pair.preferred : pair.other).add(candidate.answer());
        }
        if (!notes.failed() && (pair.preferred.size() != 1 || pair.other.size() != 1))
            notes.error(
                    "preference-not-a-pair",
                    list,
                    path,
                    "there are %d preferred answers and %d others, one of each is read"
                            .formatted(pair.preferred.size(), pair.other.size()),
                    "Keep one preferred answer and one other in each row.");
        return pair;
    }

    List<Row.Message> preferred() {
        return preferred;
    }

    List<Row.Message> other() {
        return other;
    }
}
