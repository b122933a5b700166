package dev.tunedrop.endpoint.api;

import java.math.BigDecimal;
import java.math.BigInteger;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// The fields of one JSON object, each checked for its type and range. A refusal names the field, never its text.
final class Fields {

    private final JsonNode object;
    private final String prefix;

    Fields(JsonNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    /// The field, or null where it is absent or null.
    @Nullable
    JsonNode find(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    String path(String name) {
        return prefix + name;
    }

    @Nullable
    String text(String name) {
        JsonNode value = find(name);
        if (value == null) return null;
        if (!value.isTextual()) throw wrong(name, "must be a string");
        return wholeCharacters(name, value.textValue());
    }

    String requiredText(String name) {
        String text = text(name);
        if (text == null) throw wrong(name, "is required");
        return text;
    }

    boolean flag(String name) {
        JsonNode value = find(name);
        if (value == null) return false;
        if (!value.isBoolean()) throw wrong(name, "must be true or false");
        return value.booleanValue();
    }

    @Nullable
    Double number(String name, double min, double max) {
        JsonNode value = find(name);
        if (value == null) return null;
        if (!value.isNumber()) throw wrong(name, "must be a number");
        double number = value.doubleValue();
        if (!(number >= min && number <= max))
            throw wrong(name, "must be %s to %s, was %s".formatted(plain(min), plain(max), shortened(value)));
        return number;
    }

    @Nullable
    Long integer(String name, long min, long max) {
        JsonNode value = find(name);
        if (value == null) return null;
        if (!value.isIntegralNumber()) throw wrong(name, "must be a whole number");
        BigInteger number = value.bigIntegerValue();
        if (number.compareTo(BigInteger.valueOf(min)) < 0 || number.compareTo(BigInteger.valueOf(max)) > 0)
            throw wrong(name, "must be %d to %d, was %s".formatted(min, max, shortened(value)));
        return number.longValueExact();
    }

    /// A UTF-16 surrogate without its partner is no character: no tokenizer can read it.
    String wholeCharacters(String name, String text) {
        boolean whole = text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (!whole) throw wrong(name, "holds half a character (a UTF-16 surrogate without its partner)");
        return text;
    }

    ApiError wrong(String name, String what) {
        return ApiError.invalid(path(name), path(name) + " " + what);
    }

    private static String plain(double bound) {
        return new BigDecimal(Double.toString(bound)).stripTrailingZeros().toPlainString();
    }

    private static String shortened(JsonNode number) {
        String text = number.asText();
        return text.length() <= 24 ? text : text.substring(0, 24) + "…";
    }
}
