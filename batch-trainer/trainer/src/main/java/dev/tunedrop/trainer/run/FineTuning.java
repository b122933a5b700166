package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.run.Accuracy;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.checkpoint.CheckpointStore;
import dev.tunedrop.trainer.checkpoint.Checkpoints;
import dev.tunedrop.trainer.checkpoint.RunIdentity;
import dev.tunedrop.trainer.checkpoint.RunTotals;
import dev.tunedrop.trainer.checkpoint.SaveRhythm;
import dev.tunedrop.trainer.data.Classified;
import dev.tunedrop.trainer.data.DataOrder;
import dev.tunedrop.trainer.data.HeldOut;
import dev.tunedrop.trainer.data.StepPlan;
import dev.tunedrop.trainer.data.StepSource;
import dev.tunedrop.trainer.model.Embedder;
import dev.tunedrop.trainer.model.LabelLogits;
import dev.tunedrop.trainer.model.PassForecast;
import dev.tunedrop.trainer.model.RewardTally;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.optim.Schedules;
import dev.tunedrop.trainer.weights.ModelConfig;

/// A fine-tune from files to files: loads the base, goes on from the newest checkpoint, trains, writes the adapter and
/// measures it on the rows that were held out.
public final class FineTuning {

    private static final Logger LOG = LoggerFactory.getLogger(FineTuning.class);

    /// Below this a matrix product no longer fills the device, and halving again saves little.
    private static final int LEAST_MICRO_BATCH = 256;

    private final Request request;
    private final List<StepListener> listeners;
    private final StopSignals stop;

    /// @param fresh start from random weights, with only the base's configuration
    /// @param dataset sha256 of the training shard
    /// @param validation rows held out, if any
    /// @param live an adapter to compare with, if any
    /// @param out receives the adapter or, for a full fine-tune, the model
    /// @param metrics a file of one line a step
    public record Request(
            String runId,
            RunSettings settings,
            Path base,
            boolean fresh,
            Path train,
            String dataset,
            @Nullable Path validation,
            @Nullable Path live,
            Path out,
            Path metrics,
            CheckpointStore checkpoints) {}

    /// @param result absent when the run was interrupted: then only the checkpoint counts
    public record Outcome(
            Ending ending,
            int step,
            int steps,
            @Nullable TrainingResult result,
            @Nullable HeldOutLosses heldOut) {}

    /// @param stop asked between two steps
    public FineTuning(Request request, List<StepListener> listeners, StopSignals stop) {
        this.request = request;
        this.listeners = listeners;
        this.stop = stop;
    }

    /// Refuses to write where the base lies: a full fine-tune would overwrite it, and an adapter beside a base is taken
    /// for a part of it. To be asked before anything is written.
    public static void refuseBaseAsOut(Path base, Path out) {
        try {
            if (Files.exists(out) && Files.isSameFile(base, out))
                throw new UserMistake(
                        "The output directory " + out + " is the base model itself. Choose another --out.");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compare " + out + " with " + base + ": " + e.getMessage(), e);
        }
    }

    public Outcome run() {
        refuseBaseAsOut(request.base(), request.out());
        try (Compute compute = Compute.open();
                NDManager manager = compute.newManager();
                TokenShardReader rows = TokenShardReader.open(request.train());
                Student student = student(rows, manager);
                HeldOutWatch watch = watch(student, manager)) {
            RunSettings settings = request.settings();
            StepSource source = source(settings, rows);
            AdamW optimiser = new AdamW(student.model().parameters(), options(settings), manager);
            RunIdentity identity =
                    new RunIdentity(BaseSum.of(request.base()), request.dataset(), SettingsSum.of(settings));
            for (StepListener listener : listeners) listener.begins(identity);
            Checkpoints checkpoints = new Checkpoints(request.checkpoints(), identity, compute.stamp());
            TrainingRun run = new TrainingRun(
                    recipe(settings, source), student.model(), source, optimiser, watch, checkpoints, stop);
            PassForecast forecast = student.model().forecast();
            long allowed = PassForecast.allowed(MachineMemory.availableBytes(manager.getDevice()));
            if (forecast != null) forecast.limit(allowed);
            if (run.resume() == 0) source.cutAt(microBatch(forecast, source.sequenceTokens(), allowed));
            if (forecast != null) LOG.info("{}", forecast.sentence(largestMicroBatch(source)));
            Ending ending = train(run);
            optimiser.close();
            if (ending == Ending.INTERRUPTED) return new Outcome(ending, run.step(), source.steps(), null, null);
            int kept = watch.bringBack(run.step());
            student.model().parametersChanged();
            String sum = student.export(request.out());
            TrainingResult result = result(ending, run, kept, why(ending, watch), sum, compute);
            return new Outcome(ending, run.step(), source.steps(), result, heldOut(student, manager));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write %s: %s; make room, then start the run again".formatted(request.out(), e.getMessage()),
                    e);
        }
    }

    private Student student(TokenShardReader rows, NDManager manager) {
        requireObjective(rows);
        Embedder.requireRow(rows.greatestId(), ModelConfig.read(request.base()).vocabulary());
        return Student.load(request.settings(), request.base(), rows.labels(), request.fresh(), rows.pairs(), manager);
    }

    private void requireObjective(TokenShardReader rows) {
        RunSettings.Objective wanted = request.settings().objective();
        if (wanted == RunSettings.Objective.DPO && !rows.pairs())
            throw new UserMistake("objective is dpo, but the rows are no preference pairs."
                    + " Give rows of \"prompt\", \"chosen\" and \"rejected\", or set objective to auto.");
        if (wanted == RunSettings.Objective.SFT && rows.pairs())
            throw new UserMistake("objective is sft, but the rows are preference pairs. Set objective to auto or dpo.");
        if (request.validation() == null) return;
        try (TokenShardReader heldOut = TokenShardReader.open(request.validation())) {
            if (heldOut.rows() > 0 && heldOut.pairs() != rows.pairs())
                throw new UserMistake("Only one of the training rows and the held-out rows are preference pairs."
                        + " Give both the same form.");
        }
    }

    private Ending train(TrainingRun run) {
        try (MetricsFile lines = MetricsFile.continueAfter(run.step(), request.metrics())) {
            List<StepListener> all = new ArrayList<>(listeners);
            all.addFirst(lines);
            return run.run(all);
        }
    }

    private HeldOutWatch watch(Student student, NDManager manager) {
        HeldOutWatch.Plan plan = HeldOutWatch.Plan.of(request.settings().evaluation(), holdsOut());
        return new HeldOutWatch(
                plan, () -> tuned(student).mean(), student.model().parameters(), manager);
    }

    private boolean holdsOut() {
        if (request.validation() == null) return false;
        try (TokenShardReader rows = TokenShardReader.open(request.validation())) {
            int maxTokens = request.settings().maxTokens();
            return LongStream.range(0, rows.rows()).anyMatch(row -> rows.trains(row, maxTokens));
        }
    }

    /// The held-out loss of the weights as they are.
    private HeldOut.Loss tuned(Student student) {
        try (TokenShardReader rows = TokenShardReader.open(Objects.requireNonNull(request.validation()))) {
            return HeldOut.loss(rows, request.settings().maxTokens(), student.model()::loss);
        }
    }

    /// The settings' own, else what suits the memory that is there now.
    private @Nullable Integer microBatch(@Nullable PassForecast forecast, int sequenceTokens, long allowed) {
        RunSettings settings = request.settings();
        Integer wanted = settings.memory().microBatchTokens();
        if (wanted != null || forecast == null) return wanted;
        long whole = StepPlan.of(settings).largestMicroBatch(sequenceTokens);
        int least = Math.min(sequenceTokens, LEAST_MICRO_BATCH);
        return new MicroBatchChoice(whole, least, sequenceTokens).tokens(allowed, forecast);
    }

    private long largestMicroBatch(StepSource source) {
        Integer cut = source.microBatchTokens();
        int sequence = source.sequenceTokens();
        long whole = StepPlan.of(request.settings()).largestMicroBatch(sequence);
        return cut == null ? whole : Math.min(whole, Math.max(cut, sequence));
    }

    private static AdamW.Options options(RunSettings settings) {
        return new AdamW.Options(
                settings.weightDecay(),
                settings.memory().optimizer(),
                settings.memory().pageOptimizer());
    }

    private @Nullable String why(Ending ending, HeldOutWatch watch) {
        return switch (ending) {
            case STOPPED_AT_WALL -> stop.wallSentence();
            case STOPPED_EARLY -> watch.sentence();
            case COMPLETED, INTERRUPTED -> null;
        };
    }

    private static StepSource source(RunSettings settings, TokenShardReader rows) {
        DataOrder order = new DataOrder(settings.seed(), settings.epochs(), settings.maxTokens(), settings.packing());
        return new StepSource(rows, order, StepPlan.of(settings));
    }

    private static TrainingRun.Recipe recipe(RunSettings settings, StepSource source) {
        Tracker rate =
                Schedules.of(settings.schedule(), settings.learningRate(), source.steps(), settings.warmupShare());
        return new TrainingRun.Recipe(rate, settings.maxGradNorm(), SaveRhythm.of(settings.checkpointSteps()));
    }

    private HeldOutLosses heldOut(Student student, NDManager manager) {
        if (request.validation() == null) return new HeldOutLosses(0, null, null, null);
        try (TokenShardReader rows = TokenShardReader.open(request.validation())) {
            int maxTokens = request.settings().maxTokens();
            RewardTally tally = new RewardTally();
            HeldOut.Loss tuned = HeldOut.loss(rows, maxTokens, batch -> student.score(batch, tally));
            if (tuned.tokens() == 0) return new HeldOutLosses(0, null, null, null);
            Double base = null;
            if (!request.fresh())
                try (Reference reference = student.base()) {
                    base = HeldOut.loss(rows, maxTokens, reference::loss).mean();
                }
            Double live = null;
            if (request.live() != null && answersAlike(request.live(), rows.labels()))
                try (Reference reference = student.adapter(request.live())) {
                    live = HeldOut.loss(rows, maxTokens, reference::loss).mean();
                }
            Accuracy accuracy = rows.labels().isEmpty() ? null : accuracy(rows, student, manager);
            return new HeldOutLosses(tuned.tokens(), base, tuned.mean(), live, tally.rewards(), accuracy);
        }
    }

    private Accuracy accuracy(TokenShardReader rows, Student student, NDManager manager) {
        Classified seen = Classified.of(
                rows, request.settings().maxTokens(), batch -> LabelLogits.of(student.scored(), batch, manager));
        return new Accuracy(rows.labels().size(), seen.accuracy(), seen.macroF1());
    }

    /// A classifier of other labels answers another question, and its losses compare with nothing.
    private boolean answersAlike(Path live, List<String> labels) {
        ModelConfig base = ModelConfig.read(request.base());
        boolean alike =
                labels.isEmpty() || AdapterFiles.model(live, base).labels().equals(labels);
        if (!alike) LOG.info("the live adapter is not compared with: it tells other labels apart");
        return alike;
    }

    private TrainingResult result(
            Ending ending, TrainingRun run, int keptStep, @Nullable String why, String sum, Compute compute) {
        RunTotals totals = run.totals();
        return new TrainingResult(
                request.runId(),
                switch (ending) {
                    case COMPLETED -> TrainingResult.Outcome.COMPLETED;
                    case STOPPED_AT_WALL -> TrainingResult.Outcome.STOPPED_AT_WALL;
                    case STOPPED_EARLY -> TrainingResult.Outcome.STOPPED_EARLY;
                    case INTERRUPTED -> throw new IllegalStateException("an interrupted run has no result");
                },
                run.step(),
                totals.lastLoss(),
                totals.tokens(),
                totals.trainedTokens(),
                totals.trainSeconds(),
                totals.peakMemoryBytes(),
                compute.stamp().device(),
                compute.stamp().libTorch(),
                sum,
                totals.exact() && compute.stamp().repeatsBits() ? "exact" : "tolerance",
                totals.resumes(),
                keptStep,
                why);
    }
}
