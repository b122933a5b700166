package dev.tunedrop.functions.checks;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

/// What rows are made of, so that rules about targets can be data: each feature is a tally `shape/…` that a rule names.
/// Says nothing by itself. Belongs to one thread.
///
/// | tally | the row |
/// |---|---|
/// | `kind/…` | is a chat, a completion, a preference, text or labelled |
/// | `shape/system` | has a system message |
/// | `shape/systems` | has several |
/// | `shape/system-late` | has one after another message |
/// | `shape/tools` | declares tools, calls one or has a tool message |
/// | `shape/calls-without-id` | calls a tool, or answers a call, without an id |
/// | `shape/name` | names a participant |
/// | `shape/untrained-answer` | has an answer that is kept out of the loss |
/// | `shape/first-not-user` | begins, system aside, with another role |
/// | `shape/last-not-assistant` | ends with another role |
/// | `shape/same-role-twice` | has two turns of one role in a row |
/// | `shape/turns` | has more than one question and its answer |
/// | `shape/output-turns` | is a preference whose ways on are not one message each |
/// | `shape/prompt-not-user` | is a preference whose prompt does not end with the user |
public final class ShapeCheck implements RowCheck {

    /// What a row may be made of; the words are the tallies' names.
    private enum Feature {
        SYSTEM("system"),
        SYSTEMS("systems"),
        SYSTEM_LATE("system-late"),
        TOOLS("tools"),
        CALLS_WITHOUT_ID("calls-without-id"),
        NAME("name"),
        UNTRAINED_ANSWER("untrained-answer"),
        FIRST_NOT_USER("first-not-user"),
        LAST_NOT_ASSISTANT("last-not-assistant"),
        SAME_ROLE_TWICE("same-role-twice"),
        TURNS("turns"),
        OUTPUT_TURNS("output-turns"),
        PROMPT_NOT_USER("prompt-not-user");

        private final String word;

        Feature(String word) {
            this.word = word;
        }
    }

    private final Set<Feature> features = EnumSet.noneOf(Feature.class);

    @Override
    public void see(SeenRow seen, Tallies tallies) {
        tallies.add("kind/", seen.row().kind().word(), seen.line());
        features.clear();
        switch (seen.row()) {
            case Row.Chat chat -> {
                messages(chat.messages(), chat.tools());
                turns(chat.messages());
            }
            case Row.Preference pair -> {
                messages(pair.chosenChat().messages(), pair.tools());
                messages(pair.rejectedChat().messages(), pair.tools());
                if (pair.chosen().size() != 1 || pair.rejected().size() != 1) features.add(Feature.OUTPUT_TURNS);
                if (pair.prompt().isEmpty() || !role(pair.prompt().getLast(), Row.Message.USER))
                    features.add(Feature.PROMPT_NOT_USER);
            }
            case Row.Completion none -> {}
            case Row.Text none -> {}
            case Row.Labelled none -> {}
        }
        for (Feature feature : features) tallies.add("shape/", feature.word, seen.line());
    }

    private void messages(List<Row.Message> messages, List<Row.Tool> tools) {
        if (!tools.isEmpty()) features.add(Feature.TOOLS);
        int systems = 0;
        for (int i = 0; i < messages.size(); i++) {
            Row.Message message = messages.get(i);
            boolean result = role(message, Row.Message.TOOL);
            if (role(message, Row.Message.SYSTEM)) {
                systems++;
                if (i > 0) features.add(Feature.SYSTEM_LATE);
            }
            if (result || !message.toolCalls().isEmpty()) features.add(Feature.TOOLS);
            if (result && message.toolCallId() == null) features.add(Feature.CALLS_WITHOUT_ID);
            for (Row.ToolCall call : message.toolCalls()) if (call.id() == null) features.add(Feature.CALLS_WITHOUT_ID);
            if (message.name() != null && !result) features.add(Feature.NAME);
        }
        if (systems > 0) features.add(Feature.SYSTEM);
        if (systems > 1) features.add(Feature.SYSTEMS);
    }

    private void turns(List<Row.Message> messages) {
        int turns = 0;
        String before = "";
        for (Row.Message message : messages) {
            if (role(message, Row.Message.SYSTEM)) continue;
            if (turns == 0 && !role(message, Row.Message.USER)) features.add(Feature.FIRST_NOT_USER);
            if (message.assistant() && !message.trained()) features.add(Feature.UNTRAINED_ANSWER);
            if (turns > 0 && message.role().equals(before)) features.add(Feature.SAME_ROLE_TWICE);
            before = message.role();
            turns++;
        }
        if (turns == 0) features.add(Feature.FIRST_NOT_USER);
        if (!before.equals(Row.Message.ASSISTANT)) features.add(Feature.LAST_NOT_ASSISTANT);
        if (turns > 2) features.add(Feature.TURNS);
    }

    private static boolean role(Row.Message message, String role) {
        return message.role().equals(role);
    }

    @Override
    public void conclude(Tallies tallies, long rows, Findings findings) {}
}
