package dev.tunedrop.local.states;

import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// One run of a workflow: what it was started with, its history, and how it stands.
public final class Execution {

    /// As DescribeExecution spells it.
    public enum Status {
        RUNNING,
        SUCCEEDED,
        FAILED,
        TIMED_OUT,
        ABORTED
    }

    private final StateMachine machine;
    private final String name;
    private final JsonNode input;
    private final Instant started;
    private final History history;
    private volatile @Nullable Thread thread;
    private volatile @Nullable End requested;

    Execution(StateMachine machine, String name, JsonNode input, Instant started, History history) {
        this.machine = machine;
        this.name = name;
        this.input = input;
        this.started = started;
        this.history = history;
    }

    /// How it ends: with `output`, or with `error` and `cause`.
    record End(
            Status status,
            @Nullable JsonNode output,
            @Nullable String error,
            @Nullable String cause) {

        ObjectNode json(Instant at) {
            ObjectNode json = Json.mapper().createObjectNode().put("status", status.name());
            json.put("at", at.toString());
            if (output != null) json.set("output", output);
            if (error != null) json.put("error", error);
            if (cause != null) json.put("cause", cause);
            return json;
        }
    }

    public String arn() {
        return machine.executionArn(name);
    }

    public String name() {
        return name;
    }

    public StateMachine machine() {
        return machine;
    }

    public JsonNode input() {
        return input;
    }

    public Instant started() {
        return started;
    }

    public Status status() {
        JsonNode end = end();
        return end == null ? Status.RUNNING : Status.valueOf(end.path("status").asText());
    }

    /// `status`, `at`, `output` or `error` and `cause`; null while it runs.
    public @Nullable JsonNode end() {
        return history.find(Mark.Kind.END, "").orElse(null);
    }

    History history() {
        return history;
    }

    void runsOn(Thread runner) {
        thread = runner;
    }

    /// Asks the execution to end; its thread records the end.
    void requestEnd(End end) {
        if (requested == null) requested = end;
        interrupt();
    }

    @Nullable
    End requestedEnd() {
        return requested;
    }

    void interrupt() {
        Thread runner = thread;
        if (runner != null) runner.interrupt();
    }

    /// Waits until its thread is through; an interrupt is kept for afterwards.
    public void join() {
        Thread runner = thread;
        boolean interrupted = false;
        while (runner != null && runner.isAlive()) {
            try {
                runner.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
