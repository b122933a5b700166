package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;

/// The writer of canonical rows beside Jackson's generator, field by field and escape by escape.
class RowBytesTest {

    private static final List<String> PIECES = List.of(
            "word ", "\"", "\\", "\n", "\t", "\b", "\f", "\r", "\u0000", "\u001f", "\u007f", "/", "é", "日本", "😀",
            "\u2028", "<a>");

    private final Random random = new Random(5);

    @Test
    void rowsAreWrittenAsJacksonWritesThem() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (GoodRows.Good good : GoodRows.ALL)
            new DatasetCheck(good.format())
                    .file(
                            new ByteArrayInputStream(good.json().getBytes(StandardCharsets.UTF_8)),
                            (line, row) -> rows.add(row));
        assertThat(rows).hasSameSizeAs(GoodRows.ALL);
        for (int i = 0; i < 2000; i++) rows.add(row());
        RowBytes bytes = new RowBytes();
        for (Row row : rows) {
            bytes.write(row);
            String expected = jackson(row);
            assertThat(new String(bytes.bytes(), 0, bytes.size(), StandardCharsets.UTF_8))
                    .isEqualTo(expected);
            assertThat(Json.writeLine(row)).isEqualTo(expected);
            assertThat(CanonicalRow.of(1, row).content()).isEqualTo(sum(row));
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int p = random.nextInt(12); p > 0; p--) text.append(PIECES.get(random.nextInt(PIECES.size())));
        return text.toString();
    }

    private @Nullable String perhaps() {
        return random.nextBoolean() ? null : text();
    }

    private List<Row.Message> messages() {
        List<Row.Message> messages = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            List<Row.ToolCall> calls = new ArrayList<>();
            for (int c = random.nextInt(6) - 3; c > 0; c--) calls.add(new Row.ToolCall(perhaps(), text(), text()));
            messages.add(new Row.Message(text(), text(), random.nextBoolean(), perhaps(), calls, perhaps()));
        }
        return messages;
    }

    private List<Row.Tool> tools() {
        List<Row.Tool> tools = new ArrayList<>();
        for (int i = random.nextInt(5) - 2; i > 0; i--) {
            JsonNode parameters = random.nextBoolean()
                    ? null
                    : Json.read("{\"a\":[1.50,\"\\u00e9\\n\",{\"b\":null}],\"c\":1e9}", JsonNode.class, "test");
            tools.add(new Row.Tool(text(), perhaps(), parameters, random.nextBoolean() ? null : random.nextBoolean()));
        }
        return tools;
    }

    private Row row() {
        return switch (random.nextInt(5)) {
            case 0 -> new Row.Completion(text(), text());
            case 1 -> new Row.Preference(messages(), messages(), messages(), tools());
            case 2 -> new Row.Text(text());
            case 3 -> new Row.Labelled(text(), text());
            default -> new Row.Chat(messages(), tools(), random.nextBoolean() ? null : random.nextBoolean());
        };
    }

    private static String sum(Row row) throws IOException {
        return Sha256.of(jackson(row).getBytes(StandardCharsets.UTF_8));
    }

    private static String jackson(Row row) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = Json.mapper().createGenerator(text)) {
            write(row, out);
        }
        return text.toString();
    }

    private static void write(Row row, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("kind", row.kind().word());
        switch (row) {
            case Row.Chat chat -> {
                messages(out, "messages", chat.messages());
                tools(out, chat.tools());
                if (chat.parallelToolCalls() != null)
                    out.writeBooleanField("parallel_tool_calls", chat.parallelToolCalls());
            }
            case Row.Completion pair -> {
                out.writeStringField("prompt", pair.prompt());
                out.writeStringField("completion", pair.completion());
            }
            case Row.Preference pair -> {
                messages(out, "prompt", pair.prompt());
                messages(out, "chosen", pair.chosen());
                messages(out, "rejected", pair.rejected());
                tools(out, pair.tools());
            }
            case Row.Text text -> out.writeStringField("text", text.text());
            case Row.Labelled labelled -> {
                out.writeStringField("text", labelled.text());
                out.writeStringField("label", labelled.label());
            }
        }
        out.writeEndObject();
    }

    private static void messages(JsonGenerator out, String field, List<Row.Message> messages) throws IOException {
        out.writeArrayFieldStart(field);
        for (Row.Message message : messages) message(out, message);
        out.writeEndArray();
    }

    private static void message(JsonGenerator out, Row.Message message) throws IOException {
        out.writeStartObject();
        out.writeStringField("role", message.role());
        out.writeStringField("content", message.content());
        if (message.trained()) out.writeBooleanField("trained", true);
        text(out, "name", message.name());
        if (!message.toolCalls().isEmpty()) {
            out.writeArrayFieldStart("tool_calls");
            for (Row.ToolCall call : message.toolCalls()) {
                out.writeStartObject();
                text(out, "id", call.id());
                out.writeStringField("name", call.name());
                out.writeStringField("arguments", call.arguments());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        text(out, "tool_call_id", message.toolCallId());
        out.writeEndObject();
    }

    private static void tools(JsonGenerator out, List<Row.Tool> tools) throws IOException {
        if (tools.isEmpty()) return;
        out.writeArrayFieldStart("tools");
        for (Row.Tool tool : tools) {
            out.writeStartObject();
            out.writeStringField("name", tool.name());
            text(out, "description", tool.description());
            if (tool.parameters() != null) {
                out.writeFieldName("parameters");
                out.writeTree(tool.parameters());
            }
            if (tool.strict() != null) out.writeBooleanField("strict", tool.strict());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void text(JsonGenerator out, String field, @Nullable String text) throws IOException {
        if (text != null) out.writeStringField(field, text);
    }
}
