package dev.tunedrop.functions.checks;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

/// What rows are made of, so that rules about targets can be data: each feature is a tally `shape/…` that a rule names.
/// Says nothing by itself.
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

    @Override
    public void see(long line, Row row, Tallies tallies) {
        tallies.add("kind/" + row.kind().word(), line);
        Set<String> features = new TreeSet<>();
        switch (row) {
            case Row.Chat chat -> {
                messages(chat.messages(), chat.tools(), features);
                turns(chat.messages(), features);
            }
            case Row.Preference pair -> {
                messages(pair.chosenChat().messages(), pair.tools(), features);
                messages(pair.rejectedChat().messages(), pair.tools(), features);
                if (pair.chosen().size() != 1 || pair.rejected().size() != 1) features.add("output-turns");
                if (pair.prompt().isEmpty() || !role(pair.prompt().getLast(), Row.Message.USER))
                    features.add("prompt-not-user");
            }
            case Row.Completion none -> {}
            case Row.Text none -> {}
            case Row.Labelled none -> {}
        }
        for (String feature : features) tallies.add("shape/" + feature, line);
    }

    private static void messages(List<Row.Message> messages, List<Row.Tool> tools, Set<String> features) {
        if (!tools.isEmpty()) features.add("tools");
        int systems = 0;
        for (int i = 0; i < messages.size(); i++) {
            Row.Message message = messages.get(i);
            if (role(message, Row.Message.SYSTEM)) {
                systems++;
                if (i > 0) features.add("system-late");
            }
            if (role(message, Row.Message.TOOL) || !message.toolCalls().isEmpty()) features.add("tools");
            boolean answer = role(message, Row.Message.TOOL) && message.toolCallId() == null;
            if (answer || message.toolCalls().stream().anyMatch(call -> call.id() == null))
                features.add("calls-without-id");
            if (message.name() != null && !role(message, Row.Message.TOOL)) features.add("name");
        }
        if (systems > 0) features.add("system");
        if (systems > 1) features.add("systems");
    }

    private static void turns(List<Row.Message> messages, Set<String> features) {
        List<Row.Message> talk = messages.stream()
                .filter(message -> !role(message, Row.Message.SYSTEM))
                .toList();
        for (int i = 0; i < talk.size(); i++) {
            if (talk.get(i).assistant() && !talk.get(i).trained()) features.add("untrained-answer");
            if (i > 0 && talk.get(i).role().equals(talk.get(i - 1).role())) features.add("same-role-twice");
        }
        if (talk.isEmpty() || !role(talk.getFirst(), Row.Message.USER)) features.add("first-not-user");
        if (talk.isEmpty() || !talk.getLast().assistant()) features.add("last-not-assistant");
        if (talk.size() > 2) features.add("turns");
    }

    private static boolean role(Row.Message message, String role) {
        return message.role().equals(role);
    }

    @Override
    public void conclude(Tallies tallies, long rows, Findings findings) {}
}
