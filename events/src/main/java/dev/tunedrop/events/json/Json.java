package dev.tunedrop.events.json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import org.jspecify.annotations.Nullable;

/// Reads and writes the documents of this package's neighbours.
///
/// Reading is strict (no duplicate key, no trailing token, no null for a primitive); unknown fields are ignored, so
/// that an older reader accepts a document to which a newer writer added an optional field. Writing is canonical:
/// two-space indent, ISO-8601 times, plain decimals, absent values left out, a final line feed.
public final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .annotationIntrospector(new NullnessIntrospector())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    private Json() {}

    /// The mapper itself, for callers that walk trees. Do not reconfigure it.
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /// The document as text, indented.
    public static String write(Object document) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write " + document.getClass().getSimpleName() + " as JSON", e);
        }
    }

    /// The document on one line, for JSON Lines and event details.
    public static String writeLine(Object document) {
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write " + document.getClass().getSimpleName() + " as JSON", e);
        }
    }

    public static byte[] bytes(Object document) {
        return write(document).getBytes(StandardCharsets.UTF_8);
    }

    /// Reads a document; `origin` (a file, an object's address) is named in the error.
    public static <T> T read(byte[] json, Class<T> type, String origin) {
        try {
            return MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new InvalidDocument(origin + ": " + explain(e), e);
        }
    }

    public static <T> T read(String json, Class<T> type, String origin) {
        return read(json.getBytes(StandardCharsets.UTF_8), type, origin);
    }

    public static <T> T read(Path file, Class<T> type) {
        return read(contentOf(file), type, file.toString());
    }

    public static JsonNode tree(byte[] json, String origin) {
        return read(json, JsonNode.class, origin);
    }

    public static <T> T convert(JsonNode tree, Class<T> type, String origin) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new InvalidDocument(origin + ": " + explain(e), e);
        }
    }

    private static byte[] contentOf(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// One sentence: where, then what. The document's own text is never part of it.
    private static String explain(IOException e) {
        return switch (e) {
            case DatabindException d
            when d.getCause() instanceof IllegalArgumentException refused -> named(field(d), refused.getMessage());
            case MismatchedInputException m
            when m.getOriginalMessage().startsWith("Missing required") ->
                field(m) + "lacks the required field " + missing(m);
            case InvalidNullException n -> field(n) + "is required and must not be null";
            case MismatchedInputException m
            when m.getPath().isEmpty() && m.getOriginalMessage().startsWith("No content") -> "is empty";
            case MismatchedInputException m -> field(m) + "has the wrong type" + asked(m.getTargetType()) + place(m);
            case JsonMappingException m -> field(m) + "has the wrong type" + place(m);
            case JsonProcessingException p
            when p.getOriginalMessage().startsWith("Duplicate field") -> "names one field twice" + place(p);
            case JsonProcessingException p -> "is not valid JSON" + place(p) + comment(p);
            default -> "could not be read: " + e.getMessage();
        };
    }

    /// A group names its fields in full already.
    private static String named(String field, @Nullable String message) {
        return message != null && message.startsWith(field.strip() + ".") ? message : field + message;
    }

    /// What a field of a type takes.
    private static String asked(@Nullable Class<?> type) {
        if (type == null) return "";
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class)
            return "; it takes a whole number";
        if (type == double.class || Number.class.isAssignableFrom(type)) return "; it takes a number";
        if (type == boolean.class || type == Boolean.class) return "; it takes true or false";
        if (Collection.class.isAssignableFrom(type)) return "; it takes a list";
        if (type.isRecord() || type == ObjectNode.class) return "; it takes an object in braces";
        return type == String.class ? "; it takes a text" : "";
    }

    private static String comment(JsonProcessingException e) {
        return e.getOriginalMessage().startsWith("Unexpected character ('/'") ? "; JSON has no comments" : "";
    }

    private static String field(DatabindException e) {
        if (!(e instanceof JsonMappingException m) || m.getPath().isEmpty()) return "";
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : m.getPath()) {
            if (step.getFieldName() == null)
                path.append('[').append(step.getIndex()).append(']');
            else path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
        }
        return path + " ";
    }

    /// Jackson names the property in quotes; the name is ours, never the document's text.
    private static String missing(MismatchedInputException e) {
        Matcher name = Pattern.compile("property '([^']+)'").matcher(e.getOriginalMessage());
        return name.find() ? name.group(1) : "that its type demands";
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }
}
