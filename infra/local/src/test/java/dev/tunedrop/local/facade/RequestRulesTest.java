package dev.tunedrop.local.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.json.Json;

class RequestRulesTest {

    @ParameterizedTest
    @CsvSource({
        "states, aws-stepfunctions.json, 11",
        "batch, aws-batch.json, 5",
        "sagemaker, aws-sagemaker.json, 14",
        "events, aws-events.json, 1",
        "secretsmanager, aws-secretsmanager.json, 1"
    })
    void everyRuleSaysWhatTheServiceModelSays(String name, String spec, int operations) {
        Path file = Path.of(System.getProperty("tunedrop.shared"), "data", "specs", spec);
        assumeTrue(Files.exists(file), "shared data is absent: " + file);
        JsonNode model = Json.read(file, JsonNode.class);
        RequestRules rules = new RequestRules(name, "X");
        assertThat(rules.operations()).hasSize(operations);
        for (String operation : rules.operations()) {
            JsonNode asked =
                    model.path("operations").path(operation).path("input").path("shape");
            if (asked.isMissingNode()) continue;
            int[] seen = {0};
            compare(model, asked.asText(), "", operation, rules, seen);
            assertThat(seen[0]).as(operation).isEqualTo(rules.of(operation).size());
        }
    }

    /// Walks the model along the rules: each rule is a member there, each required member there is a rule.
    private static void compare(
            JsonNode model, String shapeName, String prefix, String operation, RequestRules rules, int[] seen) {
        JsonNode shape = model.path("shapes").path(shapeName);
        List<String> required = Json.mapper()
                .convertValue(
                        shape.path("required").isMissingNode()
                                ? Json.mapper().createArrayNode()
                                : shape.path("required"),
                        Json.mapper().getTypeFactory().constructCollectionType(List.class, String.class));
        shape.path("members").properties().forEach(member -> {
            String path = prefix + member.getKey();
            MemberRule rule = rules.of(operation).get(path);
            if (required.contains(member.getKey()))
                assertThat(rule).as(operation + " " + path).isNotNull();
            if (rule == null) return;
            assertThat(rule.required()).as(operation + " " + path).isEqualTo(required.contains(member.getKey()));
            value(model, member.getValue().path("shape").asText(), rule, operation, rules, seen);
        });
    }

    private static void value(
            JsonNode model, String shapeName, MemberRule rule, String operation, RequestRules rules, int[] seen) {
        seen[0]++;
        JsonNode shape = model.path("shapes").path(shapeName);
        String as = operation + " " + rule.path();
        String type = switch (shape.path("type").asText()) {
            case "structure" -> "object";
            case "long" -> "integer";
            case "float", "double" -> "number";
            default -> shape.path("type").asText();
        };
        assertThat(rule.type()).as(as).isEqualTo(type);
        assertThat(rule.least())
                .as(as + " least")
                .isEqualTo(shape.has("min") ? shape.path("min").doubleValue() : null);
        assertThat(rule.most())
                .as(as + " most")
                .isEqualTo(shape.has("max") ? shape.path("max").doubleValue() : null);
        if (rule.path().endsWith("InstanceType"))
            shape.path("enum")
                    .forEach(allowed -> assertThat(rule.refusal(allowed))
                            .as(allowed.asText())
                            .isNull());
        else {
            assertThat(rule.allowed()).as(as).hasSize(shape.path("enum").size());
            assertThat(rule.pattern() == null ? "" : rule.pattern().pattern())
                    .as(as)
                    .isEqualTo(shape.path("pattern").asText(""));
        }
        String inner = rule.type().equals("list") ? "[]" : "{}";
        MemberRule item = rules.of(operation).get(rule.path() + inner);
        if (item != null)
            value(
                    model,
                    shape.path(inner.equals("[]") ? "member" : "value")
                            .path("shape")
                            .asText(),
                    item,
                    operation,
                    rules,
                    seen);
        if (rule.type().equals("object")) compare(model, shapeName, rule.path() + ".", operation, rules, seen);
    }

    @Test
    void aRequestIsRefusedForItsFirstFaultInAwsWords() {
        RequestRules rules = new RequestRules("batch", "ClientException");
        refused(rules, "{}", "'jobName'");
        refused(rules, "{\"jobName\":1,\"jobQueue\":\"q\",\"jobDefinition\":\"d\"}", "type string");
        refused(
                rules,
                "{\"jobName\":\"a\",\"jobQueue\":\"q\",\"jobDefinition\":\"d\",\"ecsPropertiesOverride\":{}}",
                "not served");
        refused(
                rules,
                "{\"jobName\":\"a\",\"jobQueue\":\"q\",\"jobDefinition\":\"d\",\"retryStrategy\":{\"evaluateOnExit\":[{\"action\":\"MAYBE\"}]}}",
                "enum value set");
        rules.check(
                "SubmitJob",
                tree("{\"jobName\":\"a\",\"jobQueue\":\"q\",\"jobDefinition\":\"d\",\"parameters\":{\"x\":\"y\"}}"));
    }

    private static void refused(RequestRules rules, String request, String why) {
        assertThatThrownBy(() -> rules.check("SubmitJob", tree(request)))
                .isInstanceOf(ApiError.class)
                .hasMessageContaining(why);
    }

    private static JsonNode tree(String json) {
        return Json.read(json, JsonNode.class, "test");
    }
}
