package dev.tunedrop.local.states.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.states.AslFailure;
import dev.tunedrop.local.states.Execution;
import dev.tunedrop.local.states.Integration;
import dev.tunedrop.local.states.StateMachine;
import dev.tunedrop.local.states.StatesService;

/// Plays scenarios through the interpreter, one after the other.
final class Player implements AutoCloseable {

    private static final String ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:tunedrop";

    private final StatesService states;
    private final SkippingTime time = new SkippingTime();
    private final Map<String, Queue<Answer>> scripts = new HashMap<>();
    private final List<JsonNode> given = new CopyOnWriteArrayList<>();
    private final Map<String, Answer> jobs = new ConcurrentHashMap<>();
    private int played;

    Player(Machine machine) throws IOException {
        Path folder = Files.createTempDirectory("scenarios");
        Map<String, Integration> services = Map.of(
                "arn:aws:states:::lambda:invoke", new Calls("lambda", "invoke"),
                "arn:aws:states:::batch:submitJob", new Calls("batch", "submitJob"));
        states = new StatesService(folder, services, time, () -> 0.5);
        states.put(new StateMachine(
                ARN, "tunedrop", "arn:aws:iam::000000000000:role/x", machine.definition(), Instant.EPOCH));
    }

    Played play(Scenario scenario) {
        scripts.clear();
        given.clear();
        scenario.answers().forEach((state, answers) -> scripts.put(state, new ArrayDeque<>(answers)));
        String name = "run-" + played++;
        Execution run = states.start(ARN, name, """
                {"runId":"%s","bucket":"drops","key":"team/a.jsonl","version":"1","sizeBytes":9}""".formatted(name));
        run.join();
        JsonNode end = run.end();
        return new Played(
                run.status().name(),
                end == null ? "" : end.path("error").asText(""),
                List.copyOf(states.history(run.arn())),
                List.copyOf(given));
    }

    /// The next answer of a state's script; its last one stays.
    private synchronized Answer next(String state) {
        Queue<Answer> script = scripts.get(state);
        if (script == null || script.isEmpty()) throw new AssertionError("no script for " + state);
        return script.size() > 1 ? script.remove() : script.element();
    }

    @Override
    public void close() {
        states.close();
    }

    /// Functions and jobs. A call that waits for a token is answered before it returns: the earliest that can be.
    private final class Calls implements Integration {
        private final String type;
        private final String name;

        Calls(String type, String name) {
            this.type = type;
            this.name = name;
        }

        @Override
        public CompletableFuture<JsonNode> call(Call call) {
            given.add(call.arguments().deepCopy());
            Answer answer = next(call.arguments().path("FunctionName").asText());
            if (answer instanceof Answer.Throws thrown)
                return CompletableFuture.failedFuture(new AslFailure(thrown.error(), "by script"));
            String token = call.arguments().path("Payload").path("taskToken").asText();
            boolean job = type.equals("batch");
            boolean handsOver = job || !token.isEmpty();
            if (answer instanceof Answer.Silent) {
                time.silenceAfter(handsOver ? 1 : 0);
                if (!handsOver) return new CompletableFuture<>();
            }
            if (job) jobs.put(call.token(), answer);
            else if (handsOver) deliver(token, answer);
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            result.put("JobId", call.token()).set("Payload", payload(answer));
            return CompletableFuture.completedFuture(result);
        }

        private void deliver(String token, Answer answer) {
            switch (answer) {
                case Answer.Says says -> states.taskSucceeded(token, says.json().replace('\'', '"'));
                case Answer.Refuses refuses -> states.taskFailed(token, refuses.error(), refuses.cause());
                case Answer.Silent silent -> {}
                case Answer.Throws thrown -> throw new AssertionError(thrown);
            }
        }

        private static JsonNode payload(Answer answer) {
            return answer instanceof Answer.Says says
                    ? Json.read(says.json().replace('\'', '"'), JsonNode.class, "script")
                    : JsonNodeFactory.instance.nullNode();
        }

        @Override
        public CompletableFuture<JsonNode> outcome(JsonNode submitted) {
            Answer answer = jobs.get(submitted.path("JobId").asText());
            if (answer instanceof Answer.Refuses refuses)
                return CompletableFuture.failedFuture(new AslFailure(refuses.error(), refuses.cause()));
            return answer instanceof Answer.Says says
                    ? CompletableFuture.completedFuture(payload(says))
                    : new CompletableFuture<>();
        }

        @Override
        public String resourceType() {
            return type;
        }

        @Override
        public String resource() {
            return name;
        }
    }
}
