package dev.tunedrop.functions.dataset;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/// Tells formats apart by the fields of a row. A pair of `chosen` and `rejected` may hold its prompt in a field that
/// makes out another format; `text` counts only where nothing else does, because many files carry it along.
final class FormatDetection {

    private FormatDetection() {}

    /// The formats that a row may be; one for a row that is clear.
    static Set<DatasetFormat> of(JsonValue.Obj row) {
        if (row.members().size() == 1 && row.has("messages")) return EnumSet.of(messages(row));
        Predicate<String> has = row::has;
        Set<DatasetFormat> found = EnumSet.noneOf(DatasetFormat.class);
        boolean pair = has.test("chosen") || has.test("rejected");
        if (pair) found.add(DatasetFormat.PREFERENCE);
        if (has.test("preferred_output")
                || has.test("non_preferred_output")
                || has.test("preferred_completion")
                || has.test("non_preferred_completion")) found.add(DatasetFormat.OPENAI_PREFERENCE);
        if (has.test("contents"))
            found.add(has.test("completions") ? DatasetFormat.VERTEX_PREFERENCE : DatasetFormat.VERTEX_CONTENTS);
        if (has.test("completion") || (has.test("prompt") && !pair)) found.add(DatasetFormat.PROMPT_COMPLETION);
        if (!pair && has.test("messages")) found.add(messages(row));
        if (!pair && has.test("conversations")) found.add(DatasetFormat.SHAREGPT);
        if (!pair && has.test("instruction")) found.add(DatasetFormat.ALPACA);
        if (found.isEmpty() && has.test("text"))
            found.add(has.test("label") ? DatasetFormat.TEXT_LABEL : DatasetFormat.TEXT);
        return found;
    }

    /// Nova's pairs are conversations whose last turn has two candidates; not all of them name the schema.
    private static DatasetFormat messages(JsonValue.Obj row) {
        if (row.get("messages") instanceof JsonValue.Arr list
                && !list.items().isEmpty()
                && list.items().getLast() instanceof JsonValue.Obj last
                && last.has(BedrockPreferenceReader.CANDIDATES)) return DatasetFormat.BEDROCK_PREFERENCE;
        return row.has("schemaVersion") ? DatasetFormat.BEDROCK_CONVERSATION : DatasetFormat.OPENAI_CHAT;
    }
}
