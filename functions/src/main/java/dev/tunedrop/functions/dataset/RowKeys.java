package dev.tunedrop.functions.dataset;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// The sums by which rows are searched for others like them: of the whole row, and of its question as a chat. They are
/// [Sum128], not SHA-256, because each is taken of every byte that is dropped.
///
/// What would a collision do that someone made on purpose? The row's sum only counts repeated rows in the report: which
/// rows are left out of training is decided by the SHA-256 in [CanonicalRow]. Rows whose questions have one sum stay on
/// one side of the split, or are told as answered differently; whoever can make such a question can as well ask the
/// other row's. Belongs to one thread.
public final class RowKeys {

    /// The bytes of a text in UTF-8; who has them already need not make them again.
    @FunctionalInterface
    public interface Utf8 {
        byte[] of(String text);
    }

    private static final List<String> ROLES =
            List.of(Row.Message.USER, Row.Message.ASSISTANT, Row.Message.SYSTEM, Row.Message.TOOL);
    private static final int NAMED = 1;
    private static final int ANSWERS = 2;
    private static final int TRAINED = 4;
    private static final int CALLS = 3;

    private final Sum128 sum = new Sum128();
    private Utf8 utf8 = text -> text.getBytes(StandardCharsets.UTF_8);
    private long content;
    private long questionHigh;
    private long questionLow;

    /// Looks at a row; afterwards the answers are about it.
    public RowKeys over(Row row) {
        return over(row, text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /// @param texts asked for the row's texts: contents and arguments of its question's messages first, then the others
    public RowKeys over(Row row, Utf8 texts) {
        utf8 = texts;
        sum.clear();
        List<Row.Message> question = row.question();
        messages(question);
        questionHigh = sum.high();
        questionLow = sum.low();
        text(row.kind().word());
        switch (row) {
            case Row.Chat chat -> {
                messages(
                        chat.messages().subList(question.size(), chat.messages().size()));
                tools(chat.tools());
                flag(chat.parallelToolCalls());
            }
            case Row.Completion pair -> text(pair.completion());
            case Row.Preference pair -> {
                messages(pair.chosen());
                messages(pair.rejected());
                tools(pair.tools());
            }
            case Row.Text none -> {}
            case Row.Labelled labelled -> text(labelled.label());
        }
        content = sum.high();
        return this;
    }

    private void messages(List<Row.Message> messages) {
        sum.add(messages.size());
        for (int i = 0; i < messages.size(); i++) message(messages.get(i));
    }

    private void message(Row.Message message) {
        long parts = (long) message.toolCalls().size() << CALLS;
        if (message.name() != null) parts |= NAMED;
        if (message.toolCallId() != null) parts |= ANSWERS;
        if (message.trained()) parts |= TRAINED;
        sum.add(parts);
        role(message.role());
        text(message.content());
        if (message.name() != null) text(message.name());
        if (message.toolCallId() != null) text(message.toolCallId());
        for (Row.ToolCall call : message.toolCalls()) {
            perhaps(call.id());
            text(call.name());
            text(call.arguments());
        }
    }

    private void role(String role) {
        int known = ROLES.indexOf(role);
        sum.add(known);
        if (known < 0) text(role);
    }

    private void tools(List<Row.Tool> tools) {
        sum.add(tools.size());
        for (Row.Tool tool : tools) {
            text(tool.name());
            perhaps(tool.description());
            perhaps(tool.parameters() == null ? null : Json.writeLine(tool.parameters()));
            flag(tool.strict());
        }
    }

    private void text(String text) {
        sum.add(utf8.of(text));
    }

    private void perhaps(@Nullable String text) {
        sum.add(text == null ? 0 : 1);
        if (text != null) text(text);
    }

    private void flag(@Nullable Boolean flag) {
        sum.add(flag == null ? 2 : flag ? 1 : 0);
    }

    /// Sum of the whole row: equal rows have equal sums.
    public long content() {
        return content;
    }

    /// First half of the sum of what stands before the last trained answer.
    public long questionHigh() {
        return questionHigh;
    }

    /// Its second half.
    public long questionLow() {
        return questionLow;
    }

    /// Both halves as hexadecimal digits.
    public String question() {
        return "%016x%016x".formatted(questionHigh, questionLow);
    }
}
