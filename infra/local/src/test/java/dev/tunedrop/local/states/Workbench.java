package dev.tunedrop.local.states;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;

/// Workflows on a clock moved by hand, with functions written in the test.
final class Workbench implements AutoCloseable {

    static final String ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:toy";

    final ManualTime time = new ManualTime();
    final Map<String, Function<JsonNode, CompletableFuture<JsonNode>>> functions = new ConcurrentHashMap<>();
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    final List<Integration.Call> received = Collections.synchronizedList(new ArrayList<>());
    final Map<String, CompletableFuture<JsonNode>> jobs = new ConcurrentHashMap<>();
    final List<String> stopped = Collections.synchronizedList(new ArrayList<>());
    StatesService states;

    private final Path folder;

    Workbench() throws IOException {
        this(Files.createTempDirectory("states"));
    }

    Workbench(Path folder) {
        this.folder = folder;
        this.states = open();
    }

    private StatesService open() {
        return new StatesService(folder, Map.of("test:call", new Calls(), "test:job", new Jobs()), time, () -> 0.5);
    }

    /// A function that answers at once.
    Workbench answers(String name, Function<JsonNode, JsonNode> work) {
        functions.put(name, input -> CompletableFuture.completedFuture(work.apply(input)));
        return this;
    }

    /// A function that fails the first `times` calls.
    Workbench failsFirst(String name, int times, String error) {
        AtomicInteger made = new AtomicInteger();
        functions.put(
                name,
                input -> made.incrementAndGet() <= times
                        ? CompletableFuture.failedFuture(new AslFailure(error, "attempt " + made.get()))
                        : CompletableFuture.completedFuture(input));
        return this;
    }

    /// A function that never answers.
    Workbench isSilent(String name) {
        functions.put(name, input -> new CompletableFuture<>());
        return this;
    }

    Execution start(String definition, String input) {
        states.put(new StateMachine(ARN, "toy", "arn:aws:iam::000000000000:role/toy", tree(definition), time.now()));
        return states.start(ARN, "run", tree(input).toString());
    }

    /// Runs to the end.
    Execution run(String definition, String input) throws InterruptedException {
        Execution execution = start(definition, input);
        execution.join();
        return execution;
    }

    /// As after a crash: nothing of the old service is told to stop.
    void crash() {
        StatesService before = states;
        before.close();
        states = open();
        states.resume();
    }

    /// A workflow of one branch; ' stands for ".
    static String machine(String start, String states) {
        return "{'QueryLanguage':'JSONata','StartAt':'%s','States':{%s}}".formatted(start, states);
    }

    /// A Task that calls a function with its input.
    static String task(String name, String more) {
        return "'%s':{'Type':'Task','Resource':'test:call','Arguments':{'FunctionName':'%s','Payload':'{%% $states.input %%}'}%s}"
                .formatted(name, name, more);
    }

    static JsonNode tree(String json) {
        return Json.read(json.replace('\'', '"').replace('`', '\''), JsonNode.class, "test");
    }

    static JsonNode output(Execution execution) {
        JsonNode end = execution.end();
        if (end == null || !end.has("output")) throw new AssertionError("no output: " + end);
        return end.path("output");
    }

    static String error(Execution execution) {
        JsonNode end = execution.end();
        return end == null ? "still running" : end.path("error").asText("none");
    }

    List<String> eventTypes(Execution execution) {
        return states.history(execution.arn()).stream()
                .map(event -> event.path("type").asText())
                .toList();
    }

    @Override
    public void close() {
        states.close();
    }

    private final class Calls implements Integration {
        @Override
        public CompletableFuture<JsonNode> call(Call call) {
            String name = call.arguments().path("FunctionName").asText();
            calls.add(name);
            received.add(call);
            return Objects.requireNonNull(functions.get(name), name)
                    .apply(call.arguments().path("Payload"));
        }

        @Override
        public String resourceType() {
            return "test";
        }

        @Override
        public String resource() {
            return "call";
        }
    }

    private final class Jobs implements Integration {
        @Override
        public CompletableFuture<JsonNode> call(Call call) {
            calls.add("submit");
            jobs.computeIfAbsent(call.token(), t -> new CompletableFuture<>());
            return CompletableFuture.completedFuture(
                    Json.mapper().createObjectNode().put("JobId", call.token()));
        }

        @Override
        public CompletableFuture<JsonNode> outcome(JsonNode submitted) {
            return jobs.computeIfAbsent(submitted.path("JobId").asText(), t -> new CompletableFuture<>());
        }

        @Override
        public void stop(JsonNode submitted, String reason) {
            stopped.add(reason);
        }

        @Override
        public boolean idempotent() {
            return true;
        }

        @Override
        public String resourceType() {
            return "test";
        }

        @Override
        public String resource() {
            return "job";
        }
    }
}
