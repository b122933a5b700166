package dev.tunedrop.local.finetuning.http;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The fields of a JSON object in a request. A field of the wrong kind, or one that nobody knows, is refused by its
/// full name: a client must not believe that it was heeded. A field that is null counts as absent.
///
/// @param prefix the object's own name and a dot; empty for the body
public record Fields(ObjectNode object, String prefix) {

    private static final String AUTO = "auto";

    public static Fields of(ObjectNode body) {
        return new Fields(body, "");
    }

    public Fields only(Set<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name))
                throw Refusal.invalid(
                        prefix + shortened(name),
                        "unknown_parameter",
                        "Unrecognized request argument supplied: %s. Leave it out."
                                .formatted(prefix + shortened(name)));
        });
        return this;
    }

    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    public Optional<String> text(String name) {
        if (!has(name)) return Optional.empty();
        JsonNode value = object.get(name);
        if (!value.isTextual()) throw wrong(name, "must be a string");
        return Optional.of(value.textValue());
    }

    public String required(String name) {
        return text(name)
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> Refusal.invalid(
                        prefix + name, "missing_required_parameter", "You must provide %s.".formatted(prefix + name)));
    }

    public Optional<Long> integer(String name, long least, long most) {
        if (!has(name)) return Optional.empty();
        JsonNode value = object.get(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most)
            throw wrong(name, "must be a whole number from %d to %d".formatted(least, most));
        return Optional.of(value.longValue());
    }

    /// Absent for `"auto"` too.
    public Optional<Integer> integerOrAuto(String name, int least, int most) {
        return auto(name) ? Optional.empty() : integer(name, least, most).map(Math::toIntExact);
    }

    /// Absent for `"auto"` too.
    ///
    /// @param most may be it; 0 may not
    public Optional<BigDecimal> positiveOrAuto(String name, int most) {
        if (!has(name) || auto(name)) return Optional.empty();
        JsonNode value = object.get(name);
        if (!value.isNumber()
                || value.decimalValue().signum() <= 0
                || value.decimalValue().compareTo(BigDecimal.valueOf(most)) > 0)
            throw wrong(name, "must be \"auto\" or a number above 0, at most %d".formatted(most));
        return Optional.of(value.decimalValue());
    }

    public Optional<Fields> object(String name) {
        if (!has(name)) return Optional.empty();
        if (!(object.get(name) instanceof ObjectNode inner)) throw wrong(name, "must be an object");
        return Optional.of(new Fields(inner, prefix + name + "."));
    }

    /// A map of text to text, within OpenAI's limits for metadata.
    public Map<String, String> metadata(String name) {
        Map<String, String> found = new LinkedHashMap<>();
        Fields inner = object(name).orElse(null);
        if (inner == null) return found;
        if (inner.object.size() > 16) throw wrong(name, "must have at most 16 entries");
        inner.object.properties().forEach(entry -> {
            if (!entry.getValue().isTextual()) throw wrong(name, "must hold strings only");
            if (entry.getKey().length() > 64 || entry.getValue().textValue().length() > 512)
                throw wrong(name, "must have names of at most 64 characters and values of at most 512");
            found.put(entry.getKey(), entry.getValue().textValue());
        });
        return found;
    }

    public Refusal wrong(String name, String what) {
        return Refusal.invalid(prefix + name, "invalid_value", "%s %s.".formatted(prefix + name, what));
    }

    private boolean auto(String name) {
        return object.path(name).isTextual() && object.path(name).textValue().equals(AUTO);
    }

    private static String shortened(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "…";
    }
}
