package dev.tunedrop.trainer.run;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import ai.djl.ndarray.NDArray;
import ai.djl.training.tracker.Tracker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.libtorch.abi.LibTorchException;
import dev.tunedrop.trainer.checkpoint.Checkpoints;
import dev.tunedrop.trainer.checkpoint.RunTotals;
import dev.tunedrop.trainer.checkpoint.SaveRhythm;
import dev.tunedrop.trainer.data.StepSource;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Parameter;
import dev.tunedrop.trainer.model.PassForecast;
import dev.tunedrop.trainer.model.Trainable;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.optim.GradientNorm;

/// The training loop: next step's batches, forward and backward, clip, move, report, now and then a checkpoint.
///
/// Losses and gradients are sums until the one division by the step's trained tokens (or pairs), so the cut into
/// micro-batches does not matter. A step whose loss or gradient is not finite moves nothing and ends the run.
///
/// A first step that LibTorch refuses is taken for one that did not fit the memory: it is made once more with
/// micro-batches of half the tokens, and so are the steps after it.
public final class TrainingRun {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

    private final Recipe recipe;
    private final Trainable model;
    private final StepSource source;
    private final AdamW optimiser;
    private final HeldOutWatch watch;
    private final Checkpoints checkpoints;
    private final StopSignals stop;
    private final PeakMemory memory;
    private final Pace pace = new Pace();
    private RunTotals totals = RunTotals.START;
    private int step;
    private int savedStep = -1;
    private boolean proven;

    /// @param learningRate by step, counted from 0
    public record Recipe(Tracker learningRate, double maxGradNorm, SaveRhythm checkpoints) {}

    public TrainingRun(
            Recipe recipe,
            Trainable model,
            StepSource source,
            AdamW optimiser,
            HeldOutWatch watch,
            Checkpoints checkpoints,
            StopSignals stop) {
        this.recipe = recipe;
        this.model = model;
        this.source = source;
        this.optimiser = optimiser;
        this.watch = watch;
        this.checkpoints = checkpoints;
        this.stop = stop;
        this.memory = PeakMemory.of(model.parameters().getFirst().master().getDevice());
    }

    /// Goes on from the newest checkpoint, if there is one.
    ///
    /// @return steps that need not be made again
    public int resume() {
        Optional<Checkpoints.Place> place = checkpoints.restore(arrays());
        place.ifPresent(found -> {
            step = found.step();
            savedStep = step;
            totals = found.totals();
            optimiser.resumeAt(step);
            model.parametersChanged();
            watch.resume(found.looks());
            source.seek(found.cursor());
            source.cutAt(found.microBatchTokens());
        });
        return step;
    }

    /// Makes the steps that are left; the last thing it does is a checkpoint.
    ///
    /// @throws Diverged when a loss or a gradient is not finite
    public Ending run(List<StepListener> listeners) {
        for (StepListener listener : listeners) listener.starting(step, source.steps());
        Ending ending = loop(listeners);
        save();
        return ending;
    }

    public RunTotals totals() {
        return totals;
    }

    /// Optimiser steps made.
    public int step() {
        return step;
    }

    private Ending loop(List<StepListener> listeners) {
        while (step < source.steps()) {
            if (watch.outOfPatience()) return Ending.STOPPED_EARLY;
            Optional<Ending> early = stop.now(totals.trainSeconds());
            if (early.isPresent()) return early.get();
            StepMetrics metrics = looked(advance(source.next().orElseThrow()));
            for (StepListener listener : listeners) listener.stepped(metrics);
            if (recipe.checkpoints().due(step)) save();
        }
        return Ending.COMPLETED;
    }

    private StepMetrics looked(StepMetrics metrics) {
        long started = System.nanoTime();
        Double heldOut = watch.look(step, source.atEpochEnd(), step == source.steps());
        totals = totals.spent(secondsSince(started));
        return heldOut == null ? metrics : metrics.withHeldOut(heldOut);
    }

    /// What the passes of one step add up to.
    private record Sums(double loss, long tokens, long trained, long units) {}

    private Sums passes(StepSource.Step batches) {
        double lossSum = 0;
        long tokens = 0;
        long trained = 0;
        long units = 0;
        model.beginStep(step);
        for (int i = 0; i < batches.size(); i++) {
            MicroBatch batch = batches.batch(i);
            lossSum += model.lossAndGradients(batch);
            tokens += batch.tokens();
            trained += batch.trainedTokens();
            units += model.units(batch);
        }
        return new Sums(lossSum, tokens, trained, units);
    }

    /// Until a step has been made, one that is refused is made again: first keeping less, which changes no number, then
    /// in smaller micro-batches.
    private Sums passesThatFit(StepSource.Step batches) {
        while (true) {
            try {
                return passes(batches);
            } catch (LibTorchException | OutOfMemoryError e) {
                if (proven) throw e;
                for (Parameter parameter : model.parameters()) Ops.zero_(parameter.gradient());
                if (keepsLess(batches.largest(), e)) continue;
                StepSource.Step smaller = smaller(batches, e);
                if (smaller == null) throw e;
                return passes(smaller);
            }
        }
    }

    /// Whether there was something to keep less of.
    private boolean keepsLess(long refusedTokens, Throwable refusal) {
        PassForecast forecast = model.forecast();
        if (forecast == null) return false;
        long least = forecast.leastBytes(refusedTokens);
        long beyond = forecast.bytes(refusedTokens) - least;
        if (beyond <= 0) return false;
        forecast.limit(least + beyond / 4);
        LOG.warn(
                "the first step was refused, most likely for want of memory ({}); it is made again with less kept: {}",
                refusal.getMessage(),
                forecast.sentence(refusedTokens));
        return true;
    }

    private StepSource.@Nullable Step smaller(StepSource.Step batches, Throwable refusal) {
        int half = batches.largest() / 2;
        Integer before = source.microBatchTokens();
        source.cutAt(half);
        StepSource.Step smaller = batches.cutAgain();
        if (smaller.largest() == batches.largest()) {
            source.cutAt(before);
            return null;
        }
        LOG.warn(
                "the first step was refused, most likely for want of memory ({}); it is made again with micro-batches"
                        + " of at most {} tokens, or of one sequence",
                refusal.getMessage(),
                half);
        if (step > 0) totals = totals.approximate();
        return smaller;
    }

    private StepMetrics advance(StepSource.Step batches) {
        long started = System.nanoTime();
        Sums sums = passesThatFit(batches);
        proven = true;
        double lossSum = sums.loss();
        long tokens = sums.tokens();
        long trained = sums.trained();
        long units = sums.units();
        double norm = GradientNorm.of(model.parameters()) / units;
        refuseNonFinite(lossSum, norm);
        double learningRate = recipe.learningRate().getNewValue(step);
        optimiser.step(learningRate, GradientNorm.clip(norm, recipe.maxGradNorm()) / units);
        model.parametersChanged();
        step++;
        double seconds = secondsSince(started);
        totals = totals.plus(tokens, trained, lossSum, lossSum / units, seconds, memory.peakBytes());
        pace.add(tokens, seconds);
        return new StepMetrics(
                step,
                source.steps(),
                source.epoch(),
                lossSum / units,
                learningRate,
                norm,
                totals.tokens(),
                totals.trainedTokens(),
                pace.tokensPerSecond(),
                totals.trainSeconds(),
                pace.secondsPerStep() * (source.steps() - step),
                totals.peakMemoryBytes(),
                model.rewards(),
                null);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private void refuseNonFinite(double lossSum, double norm) {
        if (Double.isFinite(lossSum) && Double.isFinite(norm)) return;
        String tensor = GradientNorm.firstNonFinite(model.parameters()).orElse(null);
        if (!Double.isFinite(lossSum)) throw new Diverged(step + 1, "loss", lossSum, tensor);
        throw new Diverged(step + 1, "gradient norm", norm, tensor);
    }

    private void save() {
        if (savedStep == step) return;
        long started = System.nanoTime();
        checkpoints.save(
                new Checkpoints.Place(step, source.cursor(), totals, watch.looks(), source.microBatchTokens()),
                arrays());
        recipe.checkpoints().saved(Duration.ofNanos(System.nanoTime() - started));
        savedStep = step;
    }

    /// Everything that steps move.
    private Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Parameter parameter : model.parameters()) arrays.put("master." + parameter.name(), parameter.master());
        arrays.putAll(optimiser.state());
        arrays.putAll(watch.state());
        return arrays;
    }
}
