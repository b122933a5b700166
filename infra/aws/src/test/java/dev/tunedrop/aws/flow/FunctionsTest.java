package dev.tunedrop.aws.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.tunedrop.aws.Synthesis;
import dev.tunedrop.aws.WorkflowData;

/// How functions are called in an account.
class FunctionsTest {

    private static Synthesis.Template template;

    @BeforeAll
    static void synthesise() {
        template = Synthesis.template();
    }

    /// A snapshot is taken of a version: whoever called the function by its own name would start it cold.
    @Test
    void everyCallerCallsTheAliasOfAVersion() {
        Set<String> aliases = template.all("AWS::Lambda::Alias").keySet();
        assertThat(aliases).hasSameSizeAs(template.all("AWS::Lambda::Function").keySet());
        assertThat(template.all("AWS::Lambda::Version")).hasSameSizeAs(aliases);
        List<String> called = new ArrayList<>();
        template.one("AWS::StepFunctions::StateMachine", "Machine")
                .path("DefinitionSubstitutions")
                .properties()
                .forEach(entry -> {
                    if (WorkflowData.shared("functions.json").has(entry.getKey()))
                        called.add(entry.getValue().asText());
                });
        assertThat(template.all("AWS::Lambda::EventSourceMapping").values())
                .hasSize(2)
                .allSatisfy(mapping ->
                        assertThat(mapping.path("FunctionName").asText()).endsWith(":live"));
        template.all("AWS::Events::Rule").values().stream()
                .filter(rule -> rule.has("ScheduleExpression"))
                .forEach(rule ->
                        called.add(rule.path("Targets").path(0).path("Arn").asText()));
        assertThat(called).hasSizeGreaterThan(20).isSubsetOf(aliases);
        assertThat(new TreeSet<>(called))
                .as("but for two that queues feed, and one that has an address")
                .hasSize(aliases.size() - 3);
    }

    /// An address that the world may ask needs both rights; the second is held to calls by that address. Source: the
    /// developer guide of Lambda, "Control access to Lambda function URLs".
    @Test
    void theOneFunctionWithAnAddressMayBeAskedByIt() {
        assertThat(template.all("AWS::Lambda::Url").values()).singleElement().satisfies(url -> {
            assertThat(url.path("TargetFunctionArn").asText()).contains("FunctionsProviderWebhook");
            assertThat(url.path("Qualifier").asText()).isEqualTo("live");
        });
        List<JsonNode> open = template.all("AWS::Lambda::Permission").values().stream()
                .filter(permission -> permission.path("Principal").asText().equals("*"))
                .toList();
        assertThat(open)
                .allSatisfy(
                        permission -> assertThat(permission.path("FunctionName").asText())
                                .startsWith("FunctionsProviderWebhookLive"));
        assertThat(open).anySatisfy(permission -> {
            assertThat(permission.path("Action").asText()).isEqualTo("lambda:InvokeFunctionUrl");
            assertThat(permission.path("FunctionUrlAuthType").asText()).isEqualTo("NONE");
        });
        assertThat(open).anySatisfy(permission -> {
            assertThat(permission.path("Action").asText()).isEqualTo("lambda:InvokeFunction");
            assertThat(permission.path("InvokedViaFunctionUrl").asBoolean()).isTrue();
        });
        assertThat(open).hasSize(2);
    }
}
