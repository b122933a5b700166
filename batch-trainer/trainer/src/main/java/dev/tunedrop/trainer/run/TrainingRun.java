package dev.tunedrop.trainer.run;

import java.util.List;
import java.util.Optional;

import ai.djl.training.tracker.Tracker;

import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.trainer.checkpoint.Checkpoints;
import dev.tunedrop.trainer.checkpoint.RunTotals;
import dev.tunedrop.trainer.data.StepSource;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Trainable;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.optim.GradientNorm;

/// The training loop: next step's batches, forward and backward, clip, move, report, now and then a checkpoint.
///
/// Losses and gradients are sums until the one division by the step's trained tokens (or pairs), so the cut into
/// micro-batches
/// does not matter. A step whose loss or gradient is not finite moves nothing and ends the run.
public final class TrainingRun {

    private final Recipe recipe;
    private final Trainable model;
    private final StepSource source;
    private final AdamW optimiser;
    private final Checkpoints checkpoints;
    private final StopSignals stop;
    private final Pace pace = new Pace();
    private RunTotals totals = RunTotals.START;
    private int step;
    private int savedStep = -1;

    /// @param learningRate by step, counted from 0
    public record Recipe(Tracker learningRate, double maxGradNorm, int checkpointSteps) {}

    public TrainingRun(
            Recipe recipe,
            Trainable model,
            StepSource source,
            AdamW optimiser,
            Checkpoints checkpoints,
            StopSignals stop) {
        this.recipe = recipe;
        this.model = model;
        this.source = source;
        this.optimiser = optimiser;
        this.checkpoints = checkpoints;
        this.stop = stop;
    }

    /// Goes on from the newest checkpoint, if there is one.
    ///
    /// @return steps that need not be made again
    public int resume() {
        Optional<Checkpoints.Place> place = checkpoints.restore(model, optimiser);
        place.ifPresent(found -> {
            step = found.step();
            savedStep = step;
            totals = found.totals();
            source.seek(found.cursor());
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
            Optional<Ending> early = stop.now(totals.trainSeconds());
            if (early.isPresent()) return early.get();
            StepMetrics metrics = advance(source.next().orElseThrow());
            for (StepListener listener : listeners) listener.stepped(metrics);
            if (step % recipe.checkpointSteps() == 0) save();
        }
        return Ending.COMPLETED;
    }

    private StepMetrics advance(StepSource.Step batches) {
        long started = System.nanoTime();
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
        double norm = GradientNorm.of(model.parameters()) / units;
        refuseNonFinite("loss", lossSum);
        refuseNonFinite("gradient norm", norm);
        double learningRate = recipe.learningRate().getNewValue(step);
        optimiser.step(learningRate, GradientNorm.clip(norm, recipe.maxGradNorm()) / units);
        model.parametersChanged();
        step++;
        double seconds = (System.nanoTime() - started) / 1e9;
        totals = totals.plus(tokens, trained, lossSum, lossSum / units, seconds, PeakMemory.bytes());
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
                model.rewards());
    }

    private void refuseNonFinite(String what, double value) {
        if (!Double.isFinite(value)) throw new Diverged(step + 1, what, value);
    }

    private void save() {
        if (savedStep == step) return;
        checkpoints.save(new Checkpoints.Place(step, source.cursor(), totals), model, optimiser);
        savedStep = step;
    }
}
