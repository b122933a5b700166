package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// `chosen` and `rejected`, with the prompt in one of the places people put it:
///
/// | prompt | chosen, rejected | known from |
/// |---|---|---|
/// | `prompt`, text | text | TRL, standard |
/// | `prompt`, messages | messages | TRL, conversational |
/// | none | messages that begin alike | TRL, implicit prompt |
/// | none | transcripts `\n\nHuman: …\n\nAssistant: …` that begin alike | hh-rlhf |
/// | `prompt`, text | messages that repeat it | UltraFeedback binarised |
/// | `conversations` | one turn of `from` and `value` | LLaMA-Factory, ShareGPT style |
/// | `instruction`, `input` | text | LLaMA-Factory, Alpaca style |
final class PreferenceReader implements RowReader {

    private static final Set<String> KEYS =
            Set.of("prompt", "chosen", "rejected", "conversations", "instruction", "input", "system", "tools");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        List<Row.Message> prompt = prompt(row, notes);
        boolean explicit = row.has("prompt") || row.has("conversations") || row.has("instruction");
        List<Row.Message> chosen = output(row, "chosen", explicit, notes);
        List<Row.Message> rejected = output(row, "rejected", explicit, notes);
        List<Row.Tool> tools = ShareGptReader.tools(row, notes);
        if (notes.failed()) return null;
        int alike = alike(chosen, rejected);
        boolean repeats = !chosen.isEmpty() && !chosen.getFirst().assistant();
        if (explicit && repeats && !endsWith(prompt, chosen.subList(0, alike))) {
            notes.error(
                    "preference-prompt-differs",
                    row,
                    "prompt",
                    "chosen and rejected begin with messages that are not those of the prompt",
                    "Keep only the answers in chosen and rejected.");
            return null;
        }
        if (repeats) {
            List<Row.Message> shared = untrained(chosen.subList(0, alike));
            List<Row.Message> whole = new ArrayList<>(prompt);
            if (explicit) whole = whole.subList(0, whole.size() - Math.min(whole.size(), shared.size()));
            whole.addAll(shared);
            prompt = whole;
            chosen = chosen.subList(alike, chosen.size());
            rejected = rejected.subList(alike, rejected.size());
        }
        return PreferencePairs.pair(row, prompt, chosen, rejected, tools, notes);
    }

    private static List<Row.Message> prompt(JsonValue.Obj row, RowNotes notes) {
        List<Row.Message> messages = new ArrayList<>();
        String system = notes.optionalText(row, "system");
        if (system != null && !system.isEmpty()) messages.add(new Row.Message(Row.Message.SYSTEM, system, false));
        if (row.has("conversations")) {
            JsonValue.Arr list = notes.list(row, "conversations", "conversations");
            if (list != null) messages.addAll(ShareGptReader.turns(list, "conversations", false, notes));
        } else if (row.has("instruction")) {
            String question = AlpacaReader.question(row, notes);
            if (question != null) messages.add(new Row.Message(Row.Message.USER, question, false));
        } else if (row.get("prompt") instanceof JsonValue.Arr list) {
            messages.addAll(new MessageReader(notes, false).all(list, "prompt"));
        } else if (row.has("prompt")) {
            String text = notes.text(row, "prompt", "prompt");
            if (text != null) messages.addAll(Transcript.is(text) ? untrained(Transcript.prompt(text)) : user(text));
        }
        return messages;
    }

    private static List<Row.Message> user(String text) {
        return List.of(new Row.Message(Row.Message.USER, text, false));
    }

    private static List<Row.Message> output(JsonValue.Obj row, String field, boolean explicit, RowNotes notes) {
        return switch (row.get(field)) {
            case JsonValue.Arr list -> messages(list, field, notes);
            case JsonValue.Obj turn -> one(turn, field, notes);
            case JsonValue.Str text when !explicit && Transcript.is(text.text()) -> Transcript.messages(text.text());
            case JsonValue.Str text
            when !explicit -> {
                notes.error(
                        "preference-no-prompt",
                        text,
                        field,
                        "the row has no prompt, and " + field + " is no transcript that holds one",
                        "Add prompt.");
                yield List.of();
            }
            case JsonValue.Str text -> List.of(new Row.Message(Row.Message.ASSISTANT, text.text(), true));
            case null -> {
                notes.error("field-missing", row, field, "the row has no " + field, "Add it.");
                yield List.of();
            }
            case JsonValue.Null n -> notText(n, field, notes);
            case JsonValue.Num n -> notText(n, field, notes);
            case JsonValue.Bool b -> notText(b, field, notes);
        };
    }

    private static List<Row.Message> messages(JsonValue.Arr list, String field, RowNotes notes) {
        boolean turns =
                !list.items().isEmpty() && list.items().getFirst() instanceof JsonValue.Obj first && first.has("from");
        return turns ? ShareGptReader.turns(list, field, true, notes) : new MessageReader(notes, true).all(list, field);
    }

    private static List<Row.Message> one(JsonValue.Obj turn, String field, RowNotes notes) {
        Row.Message message = turn.has("role")
                ? new MessageReader(notes, true).one(turn, field)
                : ShareGptReader.turn(turn, field, true, notes);
        return message == null ? List.of() : List.of(message);
    }

    private static List<Row.Message> notText(JsonValue value, String field, RowNotes notes) {
        notes.error(
                "content-not-text",
                value,
                field,
                field + " is neither text nor messages",
                "Write it as a JSON string or as a list of messages.");
        return List.of();
    }

    /// How many messages both begin with. The last answer is never among them, even where all are equal.
    private static int alike(List<Row.Message> chosen, List<Row.Message> rejected) {
        int most = Math.min(chosen.size(), rejected.size()) - 1;
        int alike = 0;
        while (alike < most && chosen.get(alike).equals(rejected.get(alike))) alike++;
        return alike;
    }

    private static boolean endsWith(List<Row.Message> prompt, List<Row.Message> shared) {
        if (shared.size() > prompt.size()) return false;
        return prompt.subList(prompt.size() - shared.size(), prompt.size()).equals(untrained(shared));
    }

    private static List<Row.Message> untrained(List<Row.Message> messages) {
        return messages.stream()
                .map(m -> new Row.Message(m.role(), m.content(), false, m.name(), m.toolCalls(), m.toolCallId()))
                .toList();
    }
}
