package dev.tunedrop.functions.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import org.jspecify.annotations.Nullable;

/// Rows as canonical JSON: equal rows have equal bytes, and what is written reads back as the same row.
///
/// ```
/// {"kind":"chat","messages":[M…],"tools":[T…]?,"parallel_tool_calls":true?}
/// {"kind":"completion","prompt":"…","completion":"…"}
/// {"kind":"preference","prompt":[M…],"chosen":[M…],"rejected":[M…],"tools":[T…]?}
/// {"kind":"text","text":"…"}
/// {"kind":"labelled","text":"…","label":"…"}
/// M = {"role":"…","content":"…","trained":true?,"name":"…"?,"tool_calls":[{"id":"…"?,"name":"…","arguments":"…"}]?,
///      "tool_call_id":"…"?}
/// T = {"name":"…","description":"…"?,"parameters":{…}?,"strict":true?}
/// ```
/// `?`: left out where absent, empty or, of `trained`, false. Keys stand in this order.
final class RowJson {

    private RowJson() {}

    static final class Writer extends JsonSerializer<Row> {
        @Override
        public void serialize(Row row, JsonGenerator out, SerializerProvider provider) throws IOException {
            RowBytes bytes = new RowBytes();
            bytes.write(row);
            out.writeRawValue(new String(bytes.bytes(), 0, bytes.size(), StandardCharsets.UTF_8));
        }
    }

    static final class Reader extends JsonDeserializer<Row> {
        @Override
        public Row deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonNode row = context.readTree(parser);
            String word = text(row, "kind");
            for (Row.Kind kind : Row.Kind.values()) if (kind.word().equals(word)) return row(kind, row);
            throw new IllegalArgumentException("a canonical row has an unknown kind");
        }

        private static Row row(Row.Kind kind, JsonNode row) {
            return switch (kind) {
                case CHAT -> new Row.Chat(messages(row, "messages"), tools(row), flag(row, "parallel_tool_calls"));
                case COMPLETION -> new Row.Completion(text(row, "prompt"), text(row, "completion"));
                case PREFERENCE ->
                    new Row.Preference(
                            messages(row, "prompt"), messages(row, "chosen"), messages(row, "rejected"), tools(row));
                case TEXT -> new Row.Text(text(row, "text"));
                case LABELLED -> new Row.Labelled(text(row, "text"), text(row, "label"));
            };
        }

        private static List<Row.Message> messages(JsonNode row, String field) {
            return list(
                    row,
                    field,
                    message -> new Row.Message(
                            text(message, "role"),
                            text(message, "content"),
                            message.path("trained").asBoolean(false),
                            optional(message, "name"),
                            list(
                                    message,
                                    "tool_calls",
                                    call -> new Row.ToolCall(
                                            optional(call, "id"), text(call, "name"), text(call, "arguments"))),
                            optional(message, "tool_call_id")));
        }

        private static List<Row.Tool> tools(JsonNode row) {
            return list(
                    row,
                    "tools",
                    tool -> new Row.Tool(
                            text(tool, "name"),
                            optional(tool, "description"),
                            tool.get("parameters"),
                            flag(tool, "strict")));
        }

        private static <T> List<T> list(JsonNode node, String field, Function<JsonNode, T> item) {
            List<T> items = new ArrayList<>();
            for (JsonNode each : node.path(field)) items.add(item.apply(each));
            return items;
        }

        private static String text(JsonNode node, String field) {
            String text = optional(node, field);
            if (text == null) throw new IllegalArgumentException("a canonical row lacks the text of " + field);
            return text;
        }

        private static @Nullable String optional(JsonNode node, String field) {
            return node.path(field).textValue();
        }

        private static @Nullable Boolean flag(JsonNode node, String field) {
            JsonNode flag = node.get(field);
            return flag == null ? null : flag.booleanValue();
        }
    }
}
