package dev.tunedrop.functions.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.tunedrop.functions.dataset.Row;

/// One thing that is said in a row, by whom, and whether the model learns to say it. What an assistant writes into a
/// tool call it says too.
public record Said(String role, String text, boolean trained) {

    /// Everything said in a row, in order, whatever its kind.
    public static List<Said> in(Row row) {
        return switch (row) {
            case Row.Chat chat -> of(chat.messages());
            case Row.Completion pair -> of(pair.asChat().messages());
            case Row.Preference pair -> {
                List<Row.Message> all = new ArrayList<>(pair.prompt());
                all.addAll(pair.chosen());
                all.addAll(pair.rejected());
                yield of(all);
            }
            case Row.Text text -> List.of(new Said(Row.Message.ASSISTANT, text.text(), true));
            case Row.Labelled labelled ->
                List.of(
                        new Said(Row.Message.USER, labelled.text(), false),
                        new Said(Row.Message.ASSISTANT, labelled.label(), true));
        };
    }

    /// What is said, instructions left out: they are often the same in every row.
    static Stream<Said> talk(Row row) {
        return in(row).stream().filter(said -> !said.role().equals(Row.Message.SYSTEM));
    }

    private static List<Said> of(List<Row.Message> messages) {
        List<Said> said = new ArrayList<>(messages.size());
        for (Row.Message message : messages) {
            if (!message.content().isEmpty() || message.toolCalls().isEmpty())
                said.add(new Said(message.role(), message.content(), message.trained()));
            for (Row.ToolCall call : message.toolCalls())
                said.add(new Said(message.role(), call.arguments(), message.trained()));
        }
        return said;
    }

    @Override
    public String toString() {
        return "Said[" + role + ", withheld: it holds training text]";
    }
}
