package dev.tunedrop.local.states;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// Workflows and their executions. What an execution was started with is on the disk before [#start] returns; a service
/// opened on the same folder after a crash goes on with every execution that had not ended.
public final class StatesService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatesService.class);

    private static final Pattern FORBIDDEN_IN_NAMES =
            Pattern.compile("[\\s?*<>{}\\[\\]:;,\\\\|^~$#%&`\"/\\x00-\\x1f\\x7f-\\x9f]");
    private static final int MAX_NAME = 80;

    private final Time time;
    private final DoubleSupplier random;
    private final Map<String, Integration> integrations;
    private final TaskTokens tokens = new TaskTokens();
    private final ExecutionStore store;
    private final Map<String, StateMachine> machines = new ConcurrentHashMap<>();
    private final Map<String, Execution> executions = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /// @param folder where executions are kept
    /// @param integrations by resource ARN, without `.sync` and `.waitForTaskToken`
    /// @param random draws from [0, 1) for jitter
    public StatesService(Path folder, Map<String, Integration> integrations, Time time, DoubleSupplier random) {
        this.time = time;
        this.random = random;
        this.integrations = Map.copyOf(integrations);
        this.store = new ExecutionStore(folder, time);
        for (Execution execution : store.load()) executions.put(execution.arn(), execution);
    }

    /// Adds or replaces a workflow; running executions keep the text they started with.
    public void put(StateMachine machine) {
        machines.put(machine.arn(), machine);
    }

    /// Goes on with every execution that had not ended. To be called once, when all that workflows call is there.
    public void resume() {
        for (Execution execution : executions.values()) {
            if (execution.status() != Execution.Status.RUNNING) continue;
            LOG.info("goes on with {}", execution.name());
            launch(execution);
        }
    }

    /// Starts an execution. The same name with the same input, while it runs, is the same execution.
    public synchronized Execution start(String machineArn, String name, String input) {
        StateMachine machine = machine(machineArn);
        checkName(name);
        JsonNode parsed = parse(input);
        Execution before = executions.get(machine.executionArn(name));
        if (before != null) {
            if (before.status() == Execution.Status.RUNNING && before.input().equals(parsed)) return before;
            throw new StatesException("ExecutionAlreadyExists", "Execution Already Exists: '" + before.arn() + "'");
        }
        Execution execution = store.create(machine, name, parsed);
        executions.put(execution.arn(), execution);
        launch(execution);
        return execution;
    }

    public StateMachine machine(String arn) {
        StateMachine machine = machines.get(arn);
        if (machine == null)
            throw new StatesException("StateMachineDoesNotExist", "State Machine Does Not Exist: '" + arn + "'");
        return machine;
    }

    public List<StateMachine> machines() {
        return machines.values().stream()
                .sorted(Comparator.comparing(StateMachine::name))
                .toList();
    }

    public Execution execution(String arn) {
        Execution execution = executions.get(arn);
        if (execution == null)
            throw new StatesException("ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'");
        return execution;
    }

    /// Newest first.
    public List<Execution> executions(String machineArn) {
        machine(machineArn);
        return executions.values().stream()
                .filter(execution -> execution.machine().arn().equals(machineArn))
                .sorted(Comparator.comparing(Execution::started)
                        .thenComparing(Execution::name)
                        .reversed())
                .toList();
    }

    /// The events of an execution, in AWS's shape, oldest first.
    public List<ObjectNode> history(String arn) {
        return execution(arn).history().events();
    }

    public void stop(String arn, @Nullable String error, @Nullable String cause) {
        Execution execution = execution(arn);
        if (execution.status() != Execution.Status.RUNNING) return;
        execution.requestEnd(new Execution.End(Execution.Status.ABORTED, null, error, cause));
    }

    public void taskSucceeded(String token, String output) {
        ObjectNode answer = Json.mapper().createObjectNode();
        try {
            answer.set("output", Json.read(output, JsonNode.class, "output"));
        } catch (InvalidDocument e) {
            throw new StatesException("InvalidOutput", "Invalid Output: 'not JSON'");
        }
        if (output.getBytes(StandardCharsets.UTF_8).length > Visit.PAYLOAD_BYTES)
            throw new StatesException("InvalidOutput", "Invalid Output: 'longer than 262144 bytes'");
        answer(token, answer);
    }

    public void taskFailed(String token, String error, String cause) {
        answer(token, Json.mapper().createObjectNode().put("error", error).put("cause", cause));
    }

    public void taskBeat(String token) {
        place(token);
        tokens.beat(token, time.now());
    }

    private synchronized void answer(String token, ObjectNode answer) {
        TaskTokens.Place place = place(token);
        History history = byName(place.execution()).orElseThrow().history();
        if (!tokens.take(token)) throw gone();
        try {
            history.record(history.cursor(), new Mark(Mark.Kind.ANSWER, place.attempt(), answer));
        } catch (RuntimeException e) {
            tokens.lost(token, e);
            throw e;
        }
        tokens.deliver(token, answer);
    }

    /// Where a token points, if its task still waits.
    private TaskTokens.Place place(String token) {
        TaskTokens.Place place = TaskTokens.read(token)
                .orElseThrow(() -> new StatesException("InvalidToken", "Invalid Token: 'not a task token'"));
        Execution execution = byName(place.execution())
                .orElseThrow(() -> new StatesException("TaskDoesNotExist", "Task does not exist."));
        if (execution.status() != Execution.Status.RUNNING) throw gone();
        Optional<JsonNode> attempt = execution.history().find(Mark.Kind.ATTEMPT, place.attempt());
        if (attempt.isEmpty() || !attempt.get().path("token").asText().equals(token))
            throw new StatesException("TaskDoesNotExist", "Task does not exist.");
        if (execution.history().has(Mark.Kind.RESULT, place.attempt())
                || execution.history().has(Mark.Kind.ANSWER, place.attempt())) throw gone();
        return place;
    }

    private static StatesException gone() {
        return new StatesException("TaskTimedOut", "Task Timed Out: 'the task no longer waits'");
    }

    private Optional<Execution> byName(String name) {
        return executions.values().stream()
                .filter(execution -> execution.name().equals(name))
                .findFirst();
    }

    private void launch(Execution execution) {
        Thread thread = Thread.ofVirtual().name("execution " + execution.name()).unstarted(() -> run(execution));
        execution.runsOn(thread);
        thread.start();
    }

    private void run(Execution execution) {
        CompletableFuture<Void> alarm = timeLimit(execution);
        Execution.End end;
        try {
            JsonNode output = new Interpreter(new Run(execution, time, random, integrations, tokens)).run();
            end = new Execution.End(Execution.Status.SUCCEEDED, output, null, null);
        } catch (AslFailure failure) {
            end = new Execution.End(Execution.Status.FAILED, null, failure.error(), failure.cause());
        } catch (InterruptedException stopped) {
            Execution.End requested = execution.requestedEnd();
            if (requested == null) return; // the service closes; the next one goes on
            end = requested;
        } catch (RuntimeException broken) {
            if (closing) return;
            LOG.error("the interpreter broke on {}", execution.name(), broken);
            end = new Execution.End(Execution.Status.FAILED, null, AslFailure.RUNTIME, broken.toString());
        } finally {
            alarm.cancel(false);
        }
        History history = execution.history();
        history.record(history.cursor(), new Mark(Mark.Kind.END, "", end.json(time.now())), Drafts.executionEnded(end));
        LOG.info("{} {}", execution.name(), end.status());
    }

    /// `TimeoutSeconds` of the workflow as a whole.
    private CompletableFuture<Void> timeLimit(Execution execution) {
        JsonNode seconds = execution.machine().definition().path("TimeoutSeconds");
        if (!seconds.isNumber()) return new CompletableFuture<>();
        CompletableFuture<Void> alarm = time.at(execution.started().plusSeconds(seconds.asLong()));
        return alarm.thenRun(() -> execution.requestEnd(
                new Execution.End(Execution.Status.TIMED_OUT, null, AslFailure.TIMEOUT, "The execution timed out.")));
    }

    private static void checkName(String name) {
        if (name.isEmpty()
                || name.length() > MAX_NAME
                || FORBIDDEN_IN_NAMES.matcher(name).find())
            throw new StatesException("InvalidName", "Invalid Name: '" + name + "'");
    }

    private static JsonNode parse(String input) {
        if (input.getBytes(StandardCharsets.UTF_8).length > Visit.PAYLOAD_BYTES)
            throw new StatesException(
                    "InvalidExecutionInput", "Invalid State Machine Execution Input: 'longer than 262144 bytes'");
        try {
            JsonNode parsed = Json.read(input, JsonNode.class, "input");
            return parsed == null ? NullNode.getInstance() : parsed;
        } catch (InvalidDocument e) {
            throw new StatesException(
                    "InvalidExecutionInput", "Invalid State Machine Execution Input: '" + e.getMessage() + "'");
        }
    }

    /// Stops all threads without ending any execution.
    @Override
    public void close() {
        closing = true;
        List<Execution> all = new ArrayList<>(executions.values());
        all.forEach(Execution::interrupt);
        for (Execution execution : all) {
            execution.join();
            execution.history().close();
        }
    }
}
