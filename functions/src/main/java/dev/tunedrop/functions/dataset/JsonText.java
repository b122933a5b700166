package dev.tunedrop.functions.dataset;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// Parsed values written again, compact, numbers as they were.
final class JsonText {

    private static final int PLAIN_NUMBER_CHARACTERS = 30;

    private JsonText() {}

    static String of(JsonValue value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = Json.mapper().createGenerator(text)) {
            write(value, out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }

    /// JSON that a string of a row holds, or nothing where the string is not JSON.
    static @Nullable JsonValue parsed(String text) {
        try {
            return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (JsonDefect e) {
            return null;
        }
    }

    static JsonNode tree(JsonValue value) {
        return Json.read(of(value), JsonNode.class, "a parsed value");
    }

    /// Whether every number stays as short as it is when an exponent is written out.
    static boolean plainNumbers(JsonValue value) {
        return switch (value) {
            case JsonValue.Obj object -> object.members().stream().allMatch(member -> plainNumbers(member.value()));
            case JsonValue.Arr array -> array.items().stream().allMatch(JsonText::plainNumbers);
            case JsonValue.Num number ->
                number.text().length() <= PLAIN_NUMBER_CHARACTERS
                        && number.text().indexOf('e') < 0
                        && number.text().indexOf('E') < 0;
            case JsonValue.Str s -> true;
            case JsonValue.Bool b -> true;
            case JsonValue.Null n -> true;
        };
    }

    private static void write(JsonValue value, JsonGenerator out) throws IOException {
        switch (value) {
            case JsonValue.Obj object -> {
                out.writeStartObject();
                for (JsonValue.Member member : object.members()) {
                    out.writeFieldName(member.name());
                    write(member.value(), out);
                }
                out.writeEndObject();
            }
            case JsonValue.Arr array -> {
                out.writeStartArray();
                for (JsonValue item : array.items()) write(item, out);
                out.writeEndArray();
            }
            case JsonValue.Str text -> out.writeString(text.text());
            case JsonValue.Num number -> out.writeNumber(number.text());
            case JsonValue.Bool flag -> out.writeBoolean(flag.value());
            case JsonValue.Null n -> out.writeNull();
        }
    }
}
