package dev.tunedrop.functions.dataset;

import java.util.List;

/// What a conversation must be as a whole, whatever format it was written in.
final class Conversations {

    private Conversations() {}

    /// @param list where the messages were written; message `i` is its item `i + offset`
    static void check(RowNotes notes, JsonValue.Arr list, String field, List<Row.Message> messages, int offset) {
        boolean assistant = false;
        boolean trained = false;
        for (int i = 0; i < messages.size(); i++) {
            assistant |= messages.get(i).assistant();
            trained |= messages.get(i).trained();
        }
        if (!assistant)
            notes.error(
                    "no-assistant",
                    list,
                    field,
                    "there is no answer of the assistant, so there is nothing to learn",
                    "Add the answer the model should give; rows with a reference answer beside them are for another method.");
        else if (!trained)
            notes.error(
                    "nothing-trained",
                    list,
                    field,
                    "every assistant message has weight 0",
                    "Give at least one of them weight 1, or drop the row.");
        else if (!messages.getLast().assistant())
            notes.warning(
                    "assistant-not-last",
                    list,
                    field,
                    "what follows the last assistant message is not trained",
                    "End the row with an assistant message.");
        systemFirst(notes, list, field, messages, offset);
    }

    static void systemFirst(RowNotes notes, JsonValue.Arr list, String field, List<Row.Message> messages, int offset) {
        for (int i = 1; i < messages.size(); i++)
            if (messages.get(i).role().equals(Row.Message.SYSTEM))
                notes.warning(
                        "system-not-first",
                        i + offset < list.items().size() ? list.items().get(i + offset) : list,
                        field + "[" + (i + offset) + "]",
                        "a system message stands after the first message, which many chat templates refuse",
                        "Put it first.");
    }
}
