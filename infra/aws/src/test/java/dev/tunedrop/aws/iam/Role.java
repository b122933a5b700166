package dev.tunedrop.aws.iam;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.aws.Synthesis.Template;

/// A role with every statement that applies to it, and whether a call would be allowed.
///
/// @param statements of the inline policies and of the policies that are attached
public record Role(String name, List<JsonNode> statements) {

    /// A call: who asks what of which resource, and what AWS knows besides.
    public record Call(String action, String resource, Map<String, String> context) {
        public Call(String action, String resource) {
            this(action, resource, Map.of());
        }
    }

    public static Role named(Template template, String beginning) {
        List<String> names = template.all("AWS::IAM::Role").keySet().stream()
                .filter(name -> name.matches(Pattern.quote(beginning) + "[0-9A-F]{8}"))
                .toList();
        if (names.size() != 1) throw new AssertionError("roles named " + beginning + ": " + names);
        return of(template, names.getFirst());
    }

    public static List<Role> all(Template template) {
        return template.all("AWS::IAM::Role").keySet().stream()
                .map(name -> of(template, name))
                .toList();
    }

    private static Role of(Template template, String logicalName) {
        List<JsonNode> statements = new ArrayList<>();
        JsonNode role = template.all("AWS::IAM::Role").get(logicalName);
        if (role == null) throw new AssertionError("no role " + logicalName);
        role.path("Policies")
                .forEach(policy ->
                        policy.path("PolicyDocument").path("Statement").forEach(statements::add));
        template.all("AWS::IAM::Policy").values().forEach(policy -> {
            boolean attached = StreamSupport.stream(policy.path("Roles").spliterator(), false)
                    .anyMatch(each -> each.asText().equals(logicalName));
            if (attached) policy.path("PolicyDocument").path("Statement").forEach(statements::add);
        });
        return new Role(logicalName, List.copyOf(statements));
    }

    /// An explicit deny wins over every allow; what no statement allows is refused.
    public boolean may(Call call) {
        return matches("Allow", call) && !matches("Deny", call);
    }

    public boolean denies(Call call) {
        return matches("Deny", call);
    }

    private boolean matches(String effect, Call call) {
        return statements.stream()
                .filter(statement -> statement.path("Effect").asText().equals(effect))
                .filter(statement -> any(statement.path("Action"), call.action(), true))
                .filter(statement -> any(statement.path("Resource"), call.resource(), false))
                .anyMatch(statement -> holds(statement.path("Condition"), call.context()));
    }

    private static boolean any(JsonNode patterns, String value, boolean ignoreCase) {
        if (!patterns.isArray()) return like(patterns.asText(), value, ignoreCase);
        return StreamSupport.stream(patterns.spliterator(), false)
                .anyMatch(pattern -> like(pattern.asText(), value, ignoreCase));
    }

    private static boolean like(String pattern, String value, boolean ignoreCase) {
        String regex = ("\\Q" + pattern + "\\E").replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile(regex, ignoreCase ? Pattern.CASE_INSENSITIVE : 0)
                .matcher(value)
                .matches();
    }

    private static boolean holds(JsonNode condition, Map<String, String> context) {
        return condition.properties().stream()
                .allMatch(operator -> operator.getValue().properties().stream()
                        .allMatch(key -> holds(operator.getKey(), key.getValue(), context.get(key.getKey()))));
    }

    private static boolean holds(String operator, JsonNode wanted, @org.jspecify.annotations.Nullable String value) {
        return switch (operator) {
            case "StringEquals" ->
                value != null
                        && StreamSupport.stream((wanted.isArray() ? wanted : List.of(wanted)).spliterator(), false)
                                .anyMatch(each -> each.asText().equals(value));
            case "StringLike", "ArnLike" -> value != null && any(wanted, value, false);
            // over no value it holds, which is why only calls that name a key are allowed with it
            case "ForAllValues:StringLike" -> value == null || any(wanted, value, false);
            default -> throw new IllegalStateException("the simulator does not know the operator " + operator);
        };
    }
}
