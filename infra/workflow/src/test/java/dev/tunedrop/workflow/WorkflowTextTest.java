package dev.tunedrop.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;

class WorkflowTextTest {

    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{(\\w+)}");

    private static JsonNode read(String name) {
        try (InputStream in = Objects.requireNonNull(WorkflowTextTest.class.getResourceAsStream("/tunedrop/" + name))) {
            return Json.tree(in.readAllBytes(), name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode machine() {
        return read("tunedrop.asl.json");
    }

    /// Every state by name, those inside a Map too.
    private static Map<String, JsonNode> states(JsonNode machine) {
        Map<String, JsonNode> all = new TreeMap<>();
        machine.path("States").properties().forEach(entry -> {
            assertThat(all).doesNotContainKey(entry.getKey());
            all.put(entry.getKey(), entry.getValue());
            if (entry.getValue().has("ItemProcessor"))
                all.putAll(states(entry.getValue().path("ItemProcessor")));
        });
        return all;
    }

    private static List<JsonNode> tasks() {
        List<JsonNode> tasks = states(machine()).values().stream()
                .filter(s -> s.path("Type").asText().equals("Task"))
                .toList();
        assertThat(tasks).hasSizeGreaterThan(10);
        return tasks;
    }

    private static List<String> next(JsonNode state) {
        List<String> next = new ArrayList<>();
        for (String field : List.of("Next", "Default"))
            if (state.has(field)) next.add(state.path(field).asText());
        for (String list : List.of("Choices", "Catch"))
            for (JsonNode rule : state.path(list)) next.add(rule.path("Next").asText());
        return next;
    }

    private static Set<String> reachable(JsonNode machine, String from) {
        Set<String> seen = new HashSet<>();
        ArrayDeque<String> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            String name = open.pop();
            if (!seen.add(name)) continue;
            JsonNode state = machine.path("States").path(name);
            assertThat(state.isObject()).as("state %s", name).isTrue();
            open.addAll(next(state));
        }
        return seen;
    }

    @Test
    void everyTaskHasATimeoutAndAHeartbeatWhereItWaitsForAToken() {
        assertThat(tasks())
                .allSatisfy(
                        task -> assertThat(task.path("TimeoutSeconds").asInt()).isPositive());
        List<JsonNode> waiting = tasks().stream()
                .filter(t -> t.path("Resource").asText().endsWith(".waitForTaskToken"))
                .toList();
        assertThat(waiting).isNotEmpty().allSatisfy(task -> {
            JsonNode heartbeat = task.path("HeartbeatSeconds");
            if (heartbeat.isTextual()) assertThat(heartbeat.asText()).startsWith("{% $pollSeconds");
            else
                assertThat(heartbeat.asInt())
                        .isBetween(1, task.path("TimeoutSeconds").asInt() - 1);
        });
    }

    @Test
    void aTasksTimeoutIsLongerThanItsFunctions() {
        JsonNode functions = read("functions.json");
        int seen = 0;
        for (JsonNode task : tasks()) {
            Matcher name = SUBSTITUTION.matcher(
                    task.path("Arguments").path("FunctionName").asText());
            if (!name.find()) continue;
            assertThat(task.path("TimeoutSeconds").asInt())
                    .isGreaterThan(
                            functions.path(name.group(1)).path("timeoutSeconds").asInt());
            seen++;
        }
        assertThat(seen).isGreaterThan(10);
    }

    @Test
    void everyRetryNamesItsErrors() {
        int seen = 0;
        for (JsonNode task : tasks())
            for (JsonNode retry : task.path("Retry")) {
                seen++;
                assertThat(retry.path("ErrorEquals")).isNotEmpty();
                for (JsonNode error : retry.path("ErrorEquals"))
                    assertThat(error.asText()).isNotIn("States.ALL", "States.TaskFailed");
                assertThat(retry.path("MaxAttempts").asInt()).isBetween(1, 10);
                assertThat(retry.path("BackoffRate").asDouble()).isGreaterThanOrEqualTo(1);
            }
        assertThat(seen).isGreaterThan(10);
    }

    @Test
    void theErrorTheRetriesNameIsAClass() throws ClassNotFoundException {
        assertThat(Class.forName("dev.tunedrop.functions.TransientFailure")).isAssignableTo(RuntimeException.class);
        assertThat(machine().toString()).contains("dev.tunedrop.functions.TransientFailure");
    }

    @Test
    void everyTaskAndMapThatFailsEndsInTheFailState() {
        JsonNode machine = machine();
        int seen = 0;
        for (Map.Entry<String, JsonNode> state : machine.path("States").properties()) {
            String type = state.getValue().path("Type").asText();
            if (!type.equals("Task") && !type.equals("Map")) continue;
            seen++;
            JsonNode last = null;
            for (JsonNode rule : state.getValue().path("Catch")) last = rule;
            assertThat(last).as("%s catches", state.getKey()).isNotNull();
            assertThat(Objects.requireNonNull(last).path("ErrorEquals").path(0).asText())
                    .isEqualTo("States.ALL");
            String handler = last.path("Next").asText();
            Set<String> ends = new TreeSet<>();
            for (String name : reachable(machine, handler))
                if (next(machine.path("States").path(name)).isEmpty())
                    ends.add(machine.path("States").path(name).path("Type").asText());
            assertThat(ends).as("ends after %s fails", state.getKey()).containsExactly("Fail");
        }
        assertThat(seen).isGreaterThan(10);
    }

    @Test
    void everyRefusalEndsInTheFailStateToo() {
        JsonNode machine = machine();
        for (String refusal : List.of(
                "DatasetRejected",
                "NoRoute",
                "GateNotPassed",
                "EndpointNeverReady",
                "ProviderFailed",
                "ProviderTooLate"))
            assertThat(reachable(machine, refusal))
                    .as(refusal)
                    .contains("Failed")
                    .doesNotContain("Published", "Quoted");
    }

    @Test
    void everyStateIsReachable() {
        JsonNode machine = machine();
        Set<String> names = new TreeSet<>();
        machine.path("States").fieldNames().forEachRemaining(names::add);
        assertThat(reachable(machine, machine.path("StartAt").asText())).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void everyStateEitherEndsOrGoesOn() {
        assertThat(states(machine())).allSatisfy((name, state) -> {
            boolean end = state.path("End").asBoolean()
                    || Set.of("Succeed", "Fail").contains(state.path("Type").asText());
            assertThat(end).as(name).isEqualTo(next(state).isEmpty());
        });
    }

    @Test
    void everyFunctionIsAHandlerWithANoArgConstructorAndIsUsed() throws ReflectiveOperationException {
        JsonNode functions = read("functions.json");
        assertThat(functions).hasSizeGreaterThan(10);
        String used = machine() + read("queues.json").toString() + read("rules.json");
        for (Map.Entry<String, JsonNode> function : functions.properties()) {
            Class<?> handler = Class.forName(function.getValue().path("handler").asText());
            assertThat(RequestStreamHandler.class).isAssignableFrom(handler);
            assertThat(handler.getConstructor()).isNotNull();
            assertThat(function.getValue().path("timeoutSeconds").asInt()).isBetween(1, 900);
            if (!function.getValue().path("url").asBoolean())
                assertThat(used)
                        .containsAnyOf("${" + function.getKey() + "}", "\"function\":\"" + function.getKey() + "\"");
        }
    }

    @Test
    void substitutionsAreForNamesOfFunctionsAndTheJobOnly() {
        Set<String> known = new TreeSet<>(Set.of("JobQueue", "OnDemandQueue", "JobDefinition"));
        read("functions.json").fieldNames().forEachRemaining(known::add);
        Matcher found = SUBSTITUTION.matcher(machine().toString());
        Set<String> names = new TreeSet<>();
        while (found.find()) names.add(found.group(1));
        assertThat(names).hasSizeGreaterThan(10).isSubsetOf(known);
    }

    @Test
    void aBatchExitCodeThatMatchesNoRuleIsNotRetried() {
        JsonNode rules = machine()
                .path("States")
                .path("TrainOnBatch")
                .path("Arguments")
                .path("RetryStrategy")
                .path("EvaluateOnExit");
        assertThat(rules).hasSizeBetween(1, 5);
        JsonNode last = rules.path(rules.size() - 1);
        assertThat(last.path("OnReason").asText()).isEqualTo("*");
        assertThat(last.path("Action").asText()).isEqualTo("EXIT");
    }

    @Test
    void aQueuesMessagesOutliveItsFunctionAndEndInADeadLetterQueue() {
        JsonNode queues = read("queues.json");
        JsonNode drops = queues.path("Drops");
        int timeout = read("functions.json")
                .path(drops.path("consumer").path("function").asText())
                .path("timeoutSeconds")
                .asInt();
        assertThat(drops.path("visibilityTimeoutSeconds").asInt()).isGreaterThanOrEqualTo(6 * timeout);
        assertThat(queues.has(drops.path("deadLetterQueue").asText())).isTrue();
        for (JsonNode rule : read("rules.json"))
            if (rule.has("pattern"))
                assertThat(queues.has(rule.path("target").path("queue").asText()))
                        .isTrue();
    }

    @Test
    void aRouteThatAServiceRefusesIsNamedToTheNextChoice() {
        JsonNode states = machine().path("States");
        assertThat(states.path("SubmitToProvider")
                        .path("Assign")
                        .path("excluded")
                        .asText())
                .contains(
                        "'REFUSED'", "[$excluded, {", "$states.result.Payload.route", "$states.result.Payload.reason");
        assertThat(states.path("ChooseRoute")
                        .path("Arguments")
                        .path("Payload")
                        .path("excluded")
                        .asText())
                .isEqualTo("{% $excluded %}");
        assertThat(reachable(machine(), "ProviderAnswer")).contains("ChooseRoute");
    }

    @Test
    void aJobThatMayHaveBeenOrderedIsCancelledWhenTheRunFails() {
        JsonNode states = machine().path("States");
        for (String name : List.of("SubmitToProvider", "FollowProvider")) {
            JsonNode rules = states.path(name).path("Catch");
            assertThat(rules.path(rules.size() - 1).path("Next").asText())
                    .as(name)
                    .isEqualTo("CancelAtProvider");
        }
        assertThat(next(states.path("ProviderTooLate"))).containsExactly("CancelAtProvider");
    }
}
