package dev.tunedrop.functions.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;

/// RFC 8259 and no more, over bytes: valid UTF-8 without a byte order mark, one value, nothing after it, at most 64
/// levels deep, numbers within a double, no escaped surrogate without its partner. Duplicate keys are well-formed JSON;
/// [RowRules] refuses them.
final class StrictJson {

    static final int MAX_DEPTH = 64;

    private static final int MAX_NUMBER_CHARACTERS = 1000;
    private static final int LONGEST_WORD = 16;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final String WRITE_WITH_LIBRARY = "Write each row with a JSON library, one object per line.";

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_CHARACTERS)
                    .maxStringLength(LineReader.MAX_LINE_BYTES)
                    .maxNameLength(LineReader.MAX_LINE_BYTES)
                    .build())
            .build();

    private final byte[] bytes;
    private final JsonParser parser;

    private StrictJson(byte[] bytes, JsonParser parser) {
        this.bytes = bytes;
        this.parser = parser;
    }

    static JsonValue parse(byte[] bytes) throws JsonDefect {
        return parse(bytes, new QuickJson());
    }

    /// @param quick looks first
    static JsonValue parse(byte[] bytes, QuickJson quick) throws JsonDefect {
        JsonValue value = quick.parse(bytes);
        return value == null ? parseWithCare(bytes) : value;
    }

    /// The slow way, which can say of every defect what and where it is.
    static JsonValue parseWithCare(byte[] bytes) throws JsonDefect {
        checkBytes(bytes);
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            return new StrictJson(bytes, parser).document();
        } catch (JsonProcessingException e) {
            throw explain(bytes, e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private static void checkBytes(byte[] bytes) throws JsonDefect {
        if (startsWith(bytes, BYTE_ORDER_MARK))
            throw new JsonDefect("utf8-bom", 0, "a byte order mark stands before the value", "Remove the mark.");
        int bad = Utf8.firstDefect(bytes);
        if (bad >= 0) throw new JsonDefect("utf8-invalid", bad, "these bytes are not UTF-8", "Save the file as UTF-8.");
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i] & 0xff;
            if (b < 0x20 && b != '\t' && b != '\n' && b != '\r') throw controlCharacter(i, b);
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static JsonDefect controlCharacter(int at, int value) {
        return new JsonDefect(
                "json-control-character",
                at,
                "the control character U+%04X stands there as it is".formatted(value),
                "Write it as the escape \\u%04x.".formatted(value));
    }

    private JsonValue document() throws IOException, JsonDefect {
        if (parser.nextToken() == null)
            throw new JsonDefect("json-empty", 0, "there is no JSON value", WRITE_WITH_LIBRARY);
        JsonValue value = value();
        JsonToken trailing;
        try {
            trailing = parser.nextToken();
        } catch (JsonProcessingException e) {
            throw trailing(Math.min(bytes.length - 1, Math.max(0, offsetOf(e))));
        }
        if (trailing != null) throw trailing(here());
        return value;
    }

    private static JsonDefect trailing(int at) {
        return new JsonDefect(
                "json-trailing-content",
                at,
                "something follows the end of the value",
                "Put each object on a line of its own.");
    }

    private JsonValue value() throws IOException, JsonDefect {
        int at = here();
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(at);
            case START_ARRAY -> array(at);
            case VALUE_STRING -> new JsonValue.Str(at, text(at));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.Num(at, number(at));
            case VALUE_TRUE -> new JsonValue.Bool(at, true);
            case VALUE_FALSE -> new JsonValue.Bool(at, false);
            case VALUE_NULL -> new JsonValue.Null(at);
            default -> throw new IllegalStateException("not the start of a value: " + parser.currentToken());
        };
    }

    private JsonValue object(int at) throws IOException, JsonDefect {
        List<JsonValue.Member> members = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            int nameAt = here();
            String name = text(nameAt);
            parser.nextToken();
            members.add(new JsonValue.Member(nameAt, name, value()));
        }
        return new JsonValue.Obj(at, members);
    }

    private JsonValue array(int at) throws IOException, JsonDefect {
        List<JsonValue> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) items.add(value());
        return new JsonValue.Arr(at, items);
    }

    private String text(int at) throws IOException, JsonDefect {
        String text = parser.getText();
        int lone = Utf8.firstLoneSurrogate(text);
        if (lone >= 0)
            throw new JsonDefect(
                    "json-lone-surrogate",
                    written(at, lone),
                    "the text has an escape for half a character (a surrogate without its partner)",
                    "Write the whole character, in UTF-8 or as two escapes.");
        return text;
    }

    /// The byte at which a UTF-16 unit of a text is written, whose quote stands at `at`.
    private int written(int at, int unit) {
        int i = at + 1;
        int units = 0;
        while (units < unit) {
            if (bytes[i] == '\\') {
                i += bytes[i + 1] == 'u' ? 6 : 2;
                units++;
            } else {
                int length = Utf8.sequence(bytes, i);
                i += length;
                units += length == 4 ? 2 : 1;
            }
        }
        return i;
    }

    private String number(int at) throws IOException, JsonDefect {
        String text = parser.getText();
        if (Double.isInfinite(Double.parseDouble(text)))
            throw new JsonDefect(
                    "json-number-range",
                    at,
                    "the number is too large for a double",
                    "Write it as text, or leave it out.");
        return text;
    }

    private int here() {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private static int offsetOf(JsonProcessingException e) {
        return e.getLocation() == null ? 0 : (int) Math.max(0, e.getLocation().getByteOffset());
    }

    private static JsonDefect explain(byte[] bytes, JsonProcessingException e) {
        int at = Math.min(offsetOf(e), bytes.length);
        return switch (e) {
            case StreamConstraintsException c ->
                new JsonDefect(
                        "json-limit",
                        at,
                        "the value is nested deeper than %d levels or holds a number of more than %d digits"
                                .formatted(MAX_DEPTH, MAX_NUMBER_CHARACTERS),
                        "Flatten it; a row needs four levels.");
            case JsonEOFException end ->
                new JsonDefect(
                        "json-unfinished", bytes.length, "the line ends before its value does", WRITE_WITH_LIBRARY);
            default -> syntax(bytes, at);
        };
    }

    private static JsonDefect syntax(byte[] bytes, int at) {
        int found = at < bytes.length ? bytes[at] & 0xff : -1;
        if (found >= 0 && found < 0x20) return controlCharacter(at, found);
        int wordAt = wordStart(bytes, at);
        String word = word(bytes, wordAt);
        if (word.equals("NaN") || word.equals("Infinity"))
            return new JsonDefect(
                    "json-nan", wordAt, word + " is not JSON", "Write a number or null, or leave the field out.");
        if ((found == '}' || found == ']') && lastBefore(bytes, at) == ',')
            return new JsonDefect(
                    "json-trailing-comma", at, "a comma stands before the closing bracket", "Remove the comma.");
        if (found == '\'')
            return new JsonDefect("json-single-quote", at, "text is in single quotes", "Use double quotes.");
        return new JsonDefect("json-syntax", at, "this is not JSON from here on", WRITE_WITH_LIBRARY);
    }

    /// Where the letters before an offset begin, so that the words other languages write for numbers can be named.
    private static int wordStart(byte[] bytes, int at) {
        int start = Math.min(at, bytes.length);
        while (start > 0 && Character.isLetter(bytes[start - 1])) start--;
        return start;
    }

    private static String word(byte[] bytes, int start) {
        int end = start;
        while (end < bytes.length && end - start < LONGEST_WORD && Character.isLetter(bytes[end])) end++;
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }

    private static int lastBefore(byte[] bytes, int at) {
        for (int i = at - 1; i >= 0; i--) if (bytes[i] != ' ' && bytes[i] != '\t') return bytes[i];
        return -1;
    }
}
