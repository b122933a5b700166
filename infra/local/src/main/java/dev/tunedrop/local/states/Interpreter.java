package dev.tunedrop.local.states;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.states.History.Draft;

/// Walks one execution through its states. Runs on the execution's own thread; Map and Parallel add threads of theirs.
///
/// branch    state, state, … until one has no next
/// visit     enter; work (again after a failure that Retry names); leave with output, variables and the next state
final class Interpreter {

    private final Run run;

    Interpreter(Run run) {
        this.run = run;
    }

    JsonNode run() throws InterruptedException {
        History.Cursor cursor = run.history().cursor();
        if (!run.history().has(Mark.Kind.ENTERED, ""))
            run.history()
                    .record(
                            cursor,
                            new Mark(Mark.Kind.ENTERED, "", NullNode.getInstance()),
                            Drafts.executionStarted(run.execution()));
        ObjectNode noMap = Json.mapper().createObjectNode();
        return branch(
                run.execution().machine().definition(), "r", run.execution().input(), new Scope(null), cursor, noMap);
    }

    /// Runs states from `StartAt` to an end; the branch's output.
    JsonNode branch(
            JsonNode machine, String path, JsonNode input, Scope outer, History.Cursor cursor, ObjectNode mapItem)
            throws InterruptedException {
        Scope scope = new Scope(outer);
        String name = machine.path("StartAt").asText();
        JsonNode carried = input;
        for (int step = 0; ; step++) {
            if (Thread.interrupted()) throw new InterruptedException("the branch was stopped");
            String here = path + "." + step;
            JsonNode state = machine.path("States").path(name);
            Optional<JsonNode> before = run.history().find(Mark.Kind.LEFT, here);
            JsonNode left =
                    before.isPresent() ? before.get() : visit(name, state, here, carried, scope, cursor, mapItem);
            if (left.has("error"))
                throw new AslFailure(
                        left.path("error").asText(), left.path("cause").asText());
            scope.assign(left.path("assign"));
            carried = left.path("output");
            if (!left.has("next")) return carried;
            name = left.path("next").asText();
        }
    }

    private JsonNode visit(
            String name,
            JsonNode state,
            String path,
            JsonNode input,
            Scope scope,
            History.Cursor cursor,
            ObjectNode mapItem)
            throws InterruptedException {
        String type = state.path("Type").asText();
        Optional<JsonNode> before = run.history().find(Mark.Kind.ENTERED, path);
        JsonNode entered = before.orElseGet(() ->
                Json.mapper().createObjectNode().put("at", run.time().now().toString()));
        if (before.isEmpty())
            run.history().record(cursor, new Mark(Mark.Kind.ENTERED, path, entered), Drafts.entered(type, name, input));
        Instant at = Instant.parse(entered.path("at").asText());
        Visit visit = new Visit(run, name, state, path, input, scope, cursor, at, mapItem);
        try {
            return work(visit);
        } catch (AslFailure failure) {
            ObjectNode left = Json.mapper()
                    .createObjectNode()
                    .put("error", failure.error())
                    .put("cause", failure.cause());
            Draft[] events = failure.error().equals(AslFailure.QUERY)
                    ? new Draft[] {Drafts.evaluationFailed(name, failure)}
                    : new Draft[0];
            run.history().record(cursor, new Mark(Mark.Kind.LEFT, path, left), events);
            return left;
        }
    }

    private JsonNode work(Visit visit) throws InterruptedException {
        return switch (visit.type()) {
            case "Pass", "Succeed" -> leave(visit, 0, visit.input(), visit.state());
            case "Choice" -> choose(visit);
            case "Wait" -> await(visit);
            case "Fail" -> throw fail(visit);
            case "Task" -> withRetry(visit, number -> new TaskAttempt(visit, number).run());
            case "Map" -> withRetry(visit, number -> new Fork(visit, number, this).map());
            case "Parallel" -> withRetry(visit, number -> new Fork(visit, number, this).parallel());
            default -> throw new AslFailure(AslFailure.RUNTIME, "No state has the type " + visit.type());
        };
    }

    /// One attempt of a state that can be tried again.
    private interface Attempt {
        JsonNode run(int number) throws InterruptedException;
    }

    private JsonNode withRetry(Visit visit, Attempt attempt) throws InterruptedException {
        RetryPolicy policy = new RetryPolicy(visit.state().path("Retry"), run.random());
        int[] counts = new int[policy.size()];
        while (true) {
            Optional<JsonNode> retry = run.history().find(Mark.Kind.RETRY, visit.path());
            if (retry.isPresent()) {
                for (int i = 0; i < counts.length; i++)
                    counts[i] = retry.get().path("counts").path(i).asInt();
                run.time().sleepUntil(Instant.parse(retry.get().path("at").asText()));
            }
            int number = java.util.Arrays.stream(counts).sum();
            try {
                return leave(visit, number, attempt.run(number), visit.state());
            } catch (AslFailure failure) {
                Optional<RetryPolicy.Again> again = policy.after(failure, counts);
                if (again.isEmpty()) return caught(visit, number, failure);
                counts[again.get().retrier()] = again.get().count();
                recordRetry(visit, run.time().now().plus(again.get().pause()), counts);
            }
        }
    }

    private void recordRetry(Visit visit, Instant at, int[] counts) {
        ObjectNode value = Json.mapper().createObjectNode().put("at", at.toString());
        ArrayNode array = value.putArray("counts");
        for (int count : counts) array.add(count);
        run.history().record(visit.cursor(), new Mark(Mark.Kind.RETRY, visit.path(), value));
    }

    private JsonNode caught(Visit visit, int number, AslFailure failure) {
        for (JsonNode catcher : visit.state().path("Catch")) {
            if (!RetryPolicy.matches(catcher, failure)) continue;
            Expressions expressions = visit.expressions(number, failure);
            return leave(visit, expressions, failure.output(), catcher);
        }
        throw failure;
    }

    private JsonNode choose(Visit visit) {
        Expressions expressions = visit.expressions(0, (String) null);
        for (JsonNode rule : visit.state().path("Choices")) {
            JsonNode holds = expressions.evaluate(rule.path("Condition"), "Condition");
            if (!holds.isBoolean())
                throw new AslFailure(AslFailure.QUERY, "The field 'Condition' must be true or false.");
            if (holds.booleanValue()) return leave(visit, expressions, visit.input(), withOutput(rule, visit.state()));
        }
        if (!visit.state().has("Default"))
            throw new AslFailure(AslFailure.NO_CHOICE, "No choice of the state '%s' matched.".formatted(visit.name()));
        ObjectNode byDefault = visit.state()
                .<ObjectNode>deepCopy()
                .put("Next", visit.state().path("Default").asText());
        return leave(visit, expressions, visit.input(), byDefault);
    }

    /// A rule without its own Output takes the state's.
    private static JsonNode withOutput(JsonNode rule, JsonNode state) {
        if (rule.has("Output") || !state.has("Output")) return rule;
        ObjectNode both = rule.deepCopy();
        both.set("Output", state.path("Output"));
        return both;
    }

    private JsonNode await(Visit visit) throws InterruptedException {
        Optional<JsonNode> before = run.history().find(Mark.Kind.WAKE, visit.path());
        String at = before.isPresent()
                ? before.get().path("at").asText()
                : wakeTime(visit).toString();
        if (before.isEmpty())
            run.history()
                    .record(
                            visit.cursor(),
                            new Mark(
                                    Mark.Kind.WAKE,
                                    visit.path(),
                                    Json.mapper().createObjectNode().put("at", at)));
        run.time().sleepUntil(Instant.parse(at));
        return leave(visit, 0, visit.input(), visit.state());
    }

    private Instant wakeTime(Visit visit) {
        Expressions expressions = visit.expressions(0, (String) null);
        if (visit.state().has("Seconds")) {
            JsonNode seconds = expressions.evaluate(visit.state().path("Seconds"), "Seconds");
            if (!seconds.isNumber() || seconds.asDouble() < 0)
                throw new AslFailure(AslFailure.QUERY, "The field 'Seconds' must be a number of at least 0.");
            return run.time().now().plusMillis((long) (seconds.asDouble() * 1000));
        }
        JsonNode timestamp = expressions.evaluate(visit.state().path("Timestamp"), "Timestamp");
        try {
            return OffsetDateTime.parse(timestamp.asText()).toInstant();
        } catch (DateTimeException e) {
            throw new AslFailure(AslFailure.QUERY, "The field 'Timestamp' must be an ISO 8601 time with an offset.", e);
        }
    }

    private static AslFailure fail(Visit visit) {
        Expressions expressions = visit.expressions(0, (String) null);
        JsonNode state = visit.state();
        String error = state.has("Error")
                ? expressions.evaluate(state.path("Error"), "Error").asText()
                : "";
        String cause = state.has("Cause")
                ? expressions.evaluate(state.path("Cause"), "Cause").asText()
                : "";
        return new AslFailure(error, cause);
    }

    private JsonNode leave(Visit visit, int retries, JsonNode result, JsonNode rule) {
        boolean hasResult = visit.type().equals("Task")
                || visit.type().equals("Map")
                || visit.type().equals("Parallel");
        Expressions expressions =
                hasResult ? visit.expressions(retries, result) : visit.expressions(retries, (String) null);
        return leave(visit, expressions, result, rule);
    }

    /// Evaluates Output and Assign of `rule` (the state, a choice or a catcher) and writes that the state was left.
    private JsonNode leave(Visit visit, Expressions expressions, JsonNode otherwise, JsonNode rule) {
        JsonNode output = rule.has("Output") ? expressions.evaluate(rule.path("Output"), "Output") : otherwise;
        JsonNode assign = rule.has("Assign")
                ? expressions.evaluate(rule.path("Assign"), "Assign")
                : JsonNodeFactory.instance.objectNode();
        visit.withinLimit(output, "an output");
        visit.withinLimit(assign, "variables");
        ObjectNode left = Json.mapper().createObjectNode();
        left.set("output", output);
        left.set("assign", assign);
        if (rule.has("Next")) left.set("next", rule.path("Next"));
        run.history()
                .record(
                        visit.cursor(),
                        new Mark(Mark.Kind.LEFT, visit.path(), left),
                        Drafts.exited(visit.type(), visit.name(), output, assign));
        return left;
    }
}
