package dev.tunedrop.local.facade;

import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// What one member of a request must be.
///
/// @param path from the request's root: `a.b`, `a[]` an item of a list, `a{}` a value of a map
/// @param least,most of a text's or collection's length, or of a number
record MemberRule(
        String path,
        boolean required,
        String type,
        @Nullable Double least,
        @Nullable Double most,
        List<String> allowed,
        @Nullable Pattern pattern) {

    /// Reads a line such as `name! string 1..80 =A|B /[a-z]+/`.
    static MemberRule parse(String line) {
        int slash = line.indexOf(" /");
        Pattern pattern = slash < 0 ? null : Pattern.compile(line.substring(slash + 2, line.length() - 1));
        String[] words = (slash < 0 ? line : line.substring(0, slash)).strip().split(" ", -1);
        boolean required = words[0].endsWith("!");
        String path = required ? words[0].substring(0, words[0].length() - 1) : words[0];
        Double least = null;
        Double most = null;
        List<String> allowed = List.of();
        for (int i = 2; i < words.length; i++) {
            if (words[i].startsWith("=")) {
                allowed = List.of(words[i].substring(1).split("\\|", -1));
                continue;
            }
            String[] ends = words[i].split("\\.\\.", 2);
            least = ends[0].isEmpty() ? null : Double.valueOf(ends[0]);
            most = ends[1].isEmpty() ? null : Double.valueOf(ends[1]);
        }
        return new MemberRule(path, required, words[1], least, most, allowed, pattern);
    }

    /// What is wrong with a value, in AWS's words; null when nothing is.
    @Nullable
    String refusal(JsonNode value) {
        if (!hasType(value)) return "Member must be of type " + type;
        double measure = value.isNumber()
                ? value.asDouble()
                : value.isTextual() ? value.textValue().length() : value.size();
        String what = value.isNumber() ? "value" : "length";
        if (least != null && measure < least)
            return "Member must have %s greater than or equal to %s".formatted(what, plain(least));
        if (most != null && measure > most)
            return "Member must have %s less than or equal to %s".formatted(what, plain(most));
        if (!allowed.isEmpty() && !allowed.contains(value.asText()))
            return "Member must satisfy enum value set: " + allowed;
        if (pattern != null && !pattern.matcher(value.asText()).matches())
            return "Member must satisfy regular expression pattern: " + pattern;
        return null;
    }

    private boolean hasType(JsonNode value) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number", "timestamp" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "list" -> value.isArray();
            case "map", "object" -> value.isObject();
            default -> throw new IllegalStateException("a rule has the type " + type);
        };
    }

    private static String plain(double n) {
        return n == Math.rint(n) ? Long.toString((long) n) : Double.toString(n);
    }
}
