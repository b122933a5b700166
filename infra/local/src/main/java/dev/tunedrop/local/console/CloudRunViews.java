package dev.tunedrop.local.console;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.ManagedProgress;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.cloud.Ledger;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.cloud.RunRecord;

/// Views made of a cloud's ledger, its artefact bucket and its workflow's history. Per look at a run: one read of the
/// ledger, one list, one history, and the documents that are there.
public final class CloudRunViews implements RunViews {

    private static final int RUNS_SHOWN = 200;

    private final Ledger ledger;
    private final Objects artefacts;
    private final Histories histories;
    private final FigureLog figures;
    /// What ended runs cost: it never changes, and the list of runs asks for it again and again.
    private final Map<String, Optional<BigDecimal>> settled = new ConcurrentHashMap<>();

    public CloudRunViews(Ledger ledger, Objects artefacts, Histories histories, FigureLog figures) {
        this.ledger = ledger;
        this.artefacts = artefacts;
        this.histories = histories;
        this.figures = figures;
    }

    @Override
    public List<RunSummary> runs() {
        return ledger.newest(RUNS_SHOWN).stream()
                .map(run -> summary(run, cost(run).orElse(null)))
                .toList();
    }

    @Override
    public Optional<RunView> run(String runId) {
        return ledger.find(runId).map(this::view);
    }

    private RunView view(RunRecord run) {
        RunFiles files = new RunFiles(run.runId());
        Documents documents = new Documents(new HashSet<>(artefacts.list(files.prefix())));
        Settlement settlement = documents.read(files.settlement(), Settlement.class);
        return new RunView(
                summary(run, settlement == null ? null : settlement.actualUsd()),
                histories.steps(run.runId()),
                documents.read(files.settings(), RunSettings.class),
                documents.read(files.report(), DatasetReport.class),
                documents.read(files.quote(), Quote.class),
                documents.read(files.decision(), Decision.class),
                documents.read(files.managedProgress(), ManagedProgress.class),
                documents.read(files.trainingResult(), TrainingResult.class),
                documents.read(files.heldOut(), HeldOutLosses.class),
                documents.read(files.evaluation(), Evaluation.class),
                documents.read(files.publication(), Publication.class),
                settlement,
                documents.read(files.failure(), Failure.class));
    }

    @Override
    public List<StepMetrics> metrics(String runId, int afterStep) {
        String key = new RunFiles(runId).metrics();
        String lines = artefacts
                .find(key)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
        // A run that was continued from a checkpoint writes the steps after it again: the last writing counts.
        TreeMap<Integer, StepMetrics> steps = new TreeMap<>();
        lines.lines()
                .filter(line -> !line.isBlank())
                .map(line -> Json.read(line, StepMetrics.class, artefacts.address(key)))
                .filter(step -> step.step() > afterStep)
                .forEach(step -> steps.put(step.step(), step));
        return List.copyOf(steps.values());
    }

    @Override
    public List<Figure> figures() {
        return figures.figures();
    }

    @Override
    public Optional<String> reportPage(String runId) {
        return artefacts.find(new RunFiles(runId).reportPage()).map(page -> new String(page, StandardCharsets.UTF_8));
    }

    private Optional<BigDecimal> cost(RunRecord run) {
        if (!run.state().terminal()) return Optional.empty();
        return settled.computeIfAbsent(
                run.runId(),
                id -> artefacts
                        .findJson(new RunFiles(id).settlement(), Settlement.class)
                        .map(Settlement::actualUsd));
    }

    private static RunSummary summary(RunRecord run, @Nullable BigDecimal costUsd) {
        return new RunSummary(
                run.runId(),
                run.dataset(),
                run.drop().fileName(),
                run.state(),
                run.reason(),
                run.retrain() == null ? null : run.retrain().because(),
                run.startedAt(),
                run.endedAt(),
                costUsd);
    }

    /// The documents of one run, of which some are not written yet.
    private final class Documents {
        private final Set<String> present;

        Documents(Set<String> present) {
            this.present = present;
        }

        <T> @Nullable T read(String key, Class<T> type) {
            return present.contains(key) ? artefacts.findJson(key, type).orElse(null) : null;
        }
    }
}
