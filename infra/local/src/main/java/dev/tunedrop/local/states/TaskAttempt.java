package dev.tunedrop.local.states;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.states.History.Draft;

/// One attempt of a Task: schedule it, let the other side do it, wait for the end within the time allowed.
///
/// What the journal holds decides where an attempt goes on after a restart: with RESULT it is over; with SUBMITTED only
/// the wait is taken up; with ATTEMPT alone the call may or may not have been made, and is made again only where that
/// cannot matter (the resource recognises it) or where the workflow says so (it retries Lambda's own failures).
final class TaskAttempt {

    private static final String SYNC = ".sync";
    private static final String TOKEN = ".waitForTaskToken";
    private static final double DEFAULT_TIMEOUT_SECONDS = 99_999_999;
    private static final List<String> CRASHES = List.of(
            "Lambda.Unknown",
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.ClientExecutionTimeoutException");

    private final Visit visit;
    private final int number;
    private final String path;
    private final String pattern;
    private final Integration integration;

    TaskAttempt(Visit visit, int number) {
        this.visit = visit;
        this.number = number;
        this.path = visit.path() + "#" + number;
        String resource = visit.state().path("Resource").asText();
        this.pattern = resource.endsWith(SYNC) ? SYNC : resource.endsWith(TOKEN) ? TOKEN : "";
        String plain = resource.substring(0, resource.length() - pattern.length());
        this.integration = Optional.ofNullable(visit.run().integrations().get(plain))
                .orElseThrow(() -> new AslFailure(
                        AslFailure.RUNTIME, "The resource '%s' is not served by this cloud.".formatted(resource)));
    }

    JsonNode run() throws InterruptedException {
        Optional<JsonNode> over = history().find(Mark.Kind.RESULT, path);
        if (over.isPresent()) return outcomeOf(over.get());
        boolean again = history().has(Mark.Kind.ATTEMPT, path);
        JsonNode begun = again ? history().find(Mark.Kind.ATTEMPT, path).orElseThrow() : begin();
        try {
            return ended(begun, again);
        } finally {
            visit.run().tokens().forget(begun.path("token").asText());
        }
    }

    private JsonNode ended(JsonNode begun, boolean again) throws InterruptedException {
        try {
            JsonNode result = visit.withinLimit(perform(begun, again), "a result");
            ObjectNode mark = Json.mapper().createObjectNode();
            mark.set("result", result);
            record(Mark.Kind.RESULT, mark, Drafts.taskSucceeded(integration, pattern, result));
            return result;
        } catch (AslFailure failure) {
            ObjectNode mark = Json.mapper()
                    .createObjectNode()
                    .put("error", failure.error())
                    .put("cause", failure.cause());
            record(Mark.Kind.RESULT, mark, Drafts.taskFailed(integration, pattern, failure));
            throw failure;
        }
    }

    private JsonNode begin() {
        String token = TaskTokens.make(visit.run().execution().name(), path);
        Expressions expressions = visit.expressions(number, pattern.equals(TOKEN) ? token : null);
        JsonNode state = visit.state();
        JsonNode arguments =
                state.has("Arguments") ? expressions.evaluate(state.path("Arguments"), "Arguments") : visit.input();
        visit.withinLimit(arguments, "arguments");
        ObjectNode begun = Json.mapper().createObjectNode();
        begun.put("at", now().toString());
        begun.put("token", token);
        begun.put("timeoutSeconds", seconds(expressions, "TimeoutSeconds", DEFAULT_TIMEOUT_SECONDS));
        begun.put("heartbeatSeconds", seconds(expressions, "HeartbeatSeconds", 0));
        begun.set("arguments", arguments);
        double timeout =
                state.has("TimeoutSeconds") ? begun.path("timeoutSeconds").asDouble() : 0;
        record(
                Mark.Kind.ATTEMPT,
                begun,
                Drafts.taskScheduled(integration, pattern, arguments, timeout),
                Drafts.taskStarted(integration, pattern));
        return begun;
    }

    private double seconds(Expressions expressions, String field, double otherwise) {
        if (!visit.state().has(field)) return otherwise;
        JsonNode value = expressions.evaluate(visit.state().path(field), field);
        if (!value.isNumber() || value.asDouble() <= 0)
            throw new AslFailure(AslFailure.QUERY, "The field '%s' must be a positive number.".formatted(field));
        return value.asDouble();
    }

    private JsonNode perform(JsonNode begun, boolean again) throws InterruptedException {
        Instant start = Instant.parse(begun.path("at").asText());
        Instant deadline = start.plusMillis((long) (begun.path("timeoutSeconds").asDouble() * 1000));
        String token = begun.path("token").asText();
        if (pattern.equals(TOKEN)) {
            TaskTokens.Pending waiting = visit.run().tokens().expect(token, history(), path, start);
            submit(begun, deadline, again);
            return await(
                    waiting.answer(),
                    deadline,
                    waiting,
                    begun.path("heartbeatSeconds").asDouble());
        }
        if (!pattern.equals(SYNC)) return answer(begun, deadline, again);
        JsonNode submitted = submit(begun, deadline, again);
        try {
            return await(integration.outcome(submitted), deadline, null, 0);
        } catch (InterruptedException e) {
            if (visit.run().execution().requestedEnd() != null)
                integration.stop(submitted, "the execution was stopped");
            throw e;
        } catch (AslFailure failure) {
            if (failure.isNamed(AslFailure.TIMEOUT)) integration.stop(submitted, "the state timed out");
            throw failure;
        }
    }

    private JsonNode submit(JsonNode begun, Instant deadline, boolean again) throws InterruptedException {
        Optional<JsonNode> before = history().find(Mark.Kind.SUBMITTED, path);
        if (before.isPresent()) return before.get();
        JsonNode submitted = answer(begun, deadline, again);
        record(Mark.Kind.SUBMITTED, submitted, Drafts.taskSubmitted(integration, pattern, submitted));
        return submitted;
    }

    private JsonNode answer(JsonNode begun, Instant deadline, boolean again) throws InterruptedException {
        if (again && !integration.idempotent() && !retriesCrashes())
            throw new AslFailure(
                    "Lambda.Unknown",
                    "The process ended while the function was running, and the state does not retry that.");
        return await(
                integration.call(new Integration.Call(
                        visit.run().execution().arn(),
                        begun.path("token").asText(),
                        begun.path("arguments"),
                        deadline,
                        again)),
                deadline,
                null,
                0);
    }

    private boolean retriesCrashes() {
        for (JsonNode retrier : visit.state().path("Retry"))
            for (String crash : CRASHES) if (RetryPolicy.matches(retrier, new AslFailure(crash, ""))) return true;
        return false;
    }

    /// The future's value, or a timeout; beats of `waiting` count where the state has a heartbeat.
    private JsonNode await(
            CompletableFuture<JsonNode> answer,
            Instant deadline,
            TaskTokens.@org.jspecify.annotations.Nullable Pending waiting,
            double heartbeatSeconds)
            throws InterruptedException {
        while (true) {
            Instant silent = waiting == null ? deadline : silent(waiting, deadline, heartbeatSeconds);
            Instant next = silent.isBefore(deadline) ? silent : deadline;
            CompletableFuture<Void> alarm = visit.run().time().at(next);
            try {
                CompletableFuture.anyOf(answer, alarm).get();
                if (answer.isDone()) return answer.get();
            } catch (ExecutionException e) {
                throw failureOf(e);
            } finally {
                alarm.cancel(false);
            }
            boolean late = !now().isBefore(deadline);
            boolean unheard = waiting != null && !now().isBefore(silent(waiting, deadline, heartbeatSeconds));
            if ((late || unheard) && waiting != null && !waiting.giveUp()) return written(answer);
            if (late) throw new AslFailure(AslFailure.TIMEOUT, "The state '%s' timed out.".formatted(visit.name()));
            if (unheard)
                throw new AslFailure(
                        AslFailure.HEARTBEAT_TIMEOUT,
                        "The state '%s' was not heard of for %s seconds.".formatted(visit.name(), heartbeatSeconds));
        }
    }

    private static Instant silent(TaskTokens.Pending waiting, Instant deadline, double heartbeatSeconds) {
        return heartbeatSeconds <= 0 ? deadline : waiting.lastBeat().plusMillis((long) (heartbeatSeconds * 1000));
    }

    /// An answer that was taken before the time was up, and is on its way to the disk.
    private static JsonNode written(CompletableFuture<JsonNode> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw failureOf(e);
        }
    }

    private static RuntimeException failureOf(ExecutionException e) {
        Throwable why = e.getCause() == null ? e : e.getCause();
        if (why instanceof AslFailure failure) return new AslFailure(failure.error(), failure.cause(), failure);
        return new AslFailure(AslFailure.TASK_FAILED, why.toString(), why);
    }

    private static JsonNode outcomeOf(JsonNode mark) {
        if (mark.has("error"))
            throw new AslFailure(mark.path("error").asText(), mark.path("cause").asText());
        return mark.has("result") ? mark.path("result") : NullNode.getInstance();
    }

    private void record(Mark.Kind kind, JsonNode value, Draft... events) {
        history().record(visit.cursor(), new Mark(kind, path, value), events);
    }

    private History history() {
        return visit.run().history();
    }

    private Instant now() {
        return visit.run().time().now();
    }
}
