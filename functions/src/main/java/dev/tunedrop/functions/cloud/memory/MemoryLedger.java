package dev.tunedrop.functions.cloud.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Datasets;
import dev.tunedrop.functions.cloud.Ledger;
import dev.tunedrop.functions.cloud.RunRecord;

/// The ledger as maps under one lock.
public final class MemoryLedger implements Ledger {

    private final Map<String, RunRecord> runs = new HashMap<>();
    private final Map<String, String> newest = new HashMap<>();
    private final Map<String, Alias> aliases = new HashMap<>();
    private final Map<String, Actual> actuals = new HashMap<>();

    private final Datasets datasets = new MemoryDatasets();

    @Override
    public Datasets datasets() {
        return datasets;
    }

    @Override
    public synchronized boolean begin(RunRecord run) {
        return runs.putIfAbsent(run.runId(), run) == null;
    }

    @Override
    public synchronized Optional<RunRecord> find(String runId) {
        return Optional.ofNullable(runs.get(runId));
    }

    @Override
    public synchronized void executionStarted(String runId) {
        change(runId, r -> with(r, r.state(), true, r.endedAt(), r.reason(), r.taskToken()));
    }

    @Override
    public synchronized String noteNewest(RunRecord run) {
        String key = run.drop().bucket() + "/" + run.drop().key();
        String known = newest.get(key);
        RunRecord other = known == null ? null : runs.get(known);
        if (other == null || run.newerThan(other)) newest.put(key, run.runId());
        return String.valueOf(newest.get(key));
    }

    @Override
    public synchronized Optional<String> newestOf(String bucket, String key) {
        return Optional.ofNullable(newest.get(bucket + "/" + key));
    }

    @Override
    public synchronized void awaitApproval(String runId, String taskToken) {
        change(runId, r -> r.state().terminal() ? r : with(r, RunState.AWAITING_APPROVAL, true, null, null, taskToken));
    }

    @Override
    public synchronized void resume(String runId) {
        change(
                runId,
                r -> r.state().terminal() ? r : with(r, RunState.RUNNING, r.executionStarted(), null, null, null));
    }

    @Override
    public synchronized boolean end(String runId, RunState terminal, @Nullable String reason, Instant at) {
        if (!terminal.terminal()) throw new IllegalArgumentException(terminal + " is not an end");
        RunRecord run = runs.get(runId);
        if (run == null || run.state().terminal()) return false;
        change(runId, r -> with(r, terminal, r.executionStarted(), at, reason, null));
        return true;
    }

    @Override
    public synchronized List<RunRecord> newest(int limit) {
        return runs.values().stream()
                .sorted(Comparator.comparing(RunRecord::startedAt).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<Alias> alias(String endpoint) {
        return Optional.ofNullable(aliases.get(endpoint));
    }

    @Override
    public synchronized List<Alias> aliases() {
        return aliases.values().stream()
                .sorted(Comparator.comparing(Alias::at).reversed())
                .toList();
    }

    @Override
    public synchronized boolean moveAlias(String endpoint, @Nullable String expectedRun, Alias next) {
        Alias live = aliases.get(endpoint);
        String liveRun = live == null ? null : live.runId();
        if (!java.util.Objects.equals(liveRun, expectedRun)) return false;
        aliases.put(endpoint, next);
        return true;
    }

    @Override
    public synchronized void noteActual(Actual actual) {
        actuals.put(actual.kind() + "#" + actual.runId(), actual);
    }

    @Override
    public synchronized List<Actual> actuals(String kind) {
        return actuals.values().stream()
                .filter(actual -> actual.kind().equals(kind))
                .sorted(Comparator.comparing(Actual::at).reversed())
                .limit(Actual.REMEMBERED)
                .toList();
    }

    private void change(String runId, UnaryOperator<RunRecord> change) {
        runs.computeIfPresent(runId, (id, run) -> change.apply(run));
    }

    private static RunRecord with(
            RunRecord run,
            RunState state,
            boolean executionStarted,
            @Nullable Instant endedAt,
            @Nullable String reason,
            @Nullable String taskToken) {
        return new RunRecord(
                run.runId(),
                run.drop(),
                run.sequencer(),
                state,
                executionStarted,
                run.startedAt(),
                endedAt,
                reason,
                taskToken,
                run.retrain());
    }
}
