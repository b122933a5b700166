package dev.tunedrop.local.facade;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/// The rules of one service's requests. A request that AWS would refuse for its shape is refused; so is a member that
/// this cloud does not serve, since it would be ignored.
final class RequestRules {

    private final String refusalCode;
    private final Map<String, Map<String, MemberRule>> operations = new LinkedHashMap<>();

    /// @param name of the rules file
    /// @param refusalCode the service's name for a malformed request
    RequestRules(String name, String refusalCode) {
        this.refusalCode = refusalCode;
        Map<String, MemberRule> operation = Map.of();
        for (String line : text(name).split("\n", -1)) {
            if (line.isBlank() || line.startsWith("#")) continue;
            if (!line.startsWith(" ")) {
                operation = new LinkedHashMap<>();
                operations.put(line.strip(), operation);
                continue;
            }
            MemberRule rule = MemberRule.parse(line);
            operation.put(rule.path(), rule);
        }
    }

    Set<String> operations() {
        return operations.keySet();
    }

    Map<String, MemberRule> of(String operation) {
        return Objects.requireNonNull(operations.get(operation), operation);
    }

    void check(String operation, JsonNode request) {
        Map<String, MemberRule> rules = operations.get(operation);
        if (rules == null)
            throw new ApiError("UnknownOperationException", "This cloud does not serve " + operation + ".");
        if (!request.isObject()) throw new ApiError("SerializationException", "The request must be a JSON object.");
        checkMembers(rules, "", request);
    }

    private void checkMembers(Map<String, MemberRule> rules, String prefix, JsonNode object) {
        object.properties().forEach(entry -> {
            String path = prefix + entry.getKey();
            MemberRule rule = rules.get(path);
            if (rule == null)
                throw new ApiError(refusalCode, "Member '" + path + "' is unknown, or not served by this cloud.");
            checkValue(rules, rule, entry.getValue());
        });
        for (MemberRule rule : rules.values()) {
            String path = rule.path();
            if (!rule.required() || !path.startsWith(prefix)) continue;
            String name = path.substring(prefix.length());
            if (name.indexOf('.') < 0 && name.indexOf('[') < 0 && name.indexOf('{') < 0 && !object.has(name))
                throw refused(path, "Member must not be null");
        }
    }

    private void checkValue(Map<String, MemberRule> rules, MemberRule rule, JsonNode value) {
        String refusal = rule.refusal(value);
        if (refusal != null) throw refused(rule.path(), refusal);
        switch (rule.type()) {
            case "object" -> checkMembers(rules, rule.path() + ".", value);
            case "list" -> {
                for (JsonNode item : value) checkValue(rules, inner(rules, rule.path() + "[]"), item);
            }
            case "map" -> {
                for (JsonNode item : value) checkValue(rules, inner(rules, rule.path() + "{}"), item);
            }
            default -> {}
        }
    }

    private static MemberRule inner(Map<String, MemberRule> rules, String path) {
        return Objects.requireNonNull(rules.get(path), path);
    }

    private ApiError refused(String path, String why) {
        return new ApiError(
                refusalCode,
                "1 validation error detected: Value at '%s' failed to satisfy constraint: %s".formatted(path, why));
    }

    private static String text(String name) {
        try (InputStream in = RequestRules.class.getResourceAsStream(name + ".rules")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the rules of " + name, e);
        }
    }
}
