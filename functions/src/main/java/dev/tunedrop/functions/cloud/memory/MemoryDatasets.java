package dev.tunedrop.functions.cloud.memory;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.functions.cloud.Datasets;
import dev.tunedrop.functions.cloud.RunRecord;

/// Datasets as maps under one lock.
final class MemoryDatasets implements Datasets {

    private final Map<String, Dataset> rows = new TreeMap<>();
    private final Map<String, Instant> acceptedAt = new HashMap<>();
    private final Map<String, Answer> answers = new HashMap<>();

    @Override
    public synchronized Optional<Dataset> find(String dataset) {
        return Optional.ofNullable(rows.get(dataset));
    }

    @Override
    public synchronized List<Dataset> all() {
        return List.copyOf(rows.values());
    }

    private Dataset row(String dataset) {
        return rows.getOrDefault(dataset, new Dataset(dataset, null, null, null));
    }

    @Override
    public synchronized void begun(RunRecord run) {
        Dataset row = row(run.dataset());
        rows.put(row.name(), new Dataset(row.name(), run.runId(), row.acceptedRun(), row.waiting()));
    }

    @Override
    public synchronized void accepted(RunRecord run) {
        Instant known = acceptedAt.get(run.dataset());
        if (known != null && known.isAfter(run.startedAt())) return;
        acceptedAt.put(run.dataset(), run.startedAt());
        Dataset row = row(run.dataset());
        rows.put(row.name(), new Dataset(row.name(), row.latestRun(), run.runId(), row.waiting()));
    }

    @Override
    public synchronized boolean claim(String dataset, @Nullable String expectedRun, String runId) {
        Dataset row = row(dataset);
        if (!Objects.equals(row.latestRun(), expectedRun)) return false;
        rows.put(dataset, new Dataset(dataset, runId, row.acceptedRun(), row.waiting()));
        return true;
    }

    @Override
    public synchronized void await(String dataset, @Nullable RetrainRequested request) {
        Dataset row = row(dataset);
        rows.put(dataset, new Dataset(dataset, row.latestRun(), row.acceptedRun(), request));
    }

    @Override
    public synchronized Optional<Answer> answer(String request) {
        return Optional.ofNullable(answers.get(request));
    }

    @Override
    public synchronized void answered(Answer answer) {
        answers.put(answer.request(), answer);
    }
}
