package dev.tunedrop.functions.quote;

import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.TrainingMemory;

/// How much work a run is and how much memory it takes.
///
/// Operations per token, P being the weights a token passes through, H the hidden size, L the layers and S the row's
/// mean length: forward 2P, recompute 2P, backward to activations 2P (a full run: 2P more for the weights), and
/// attention 3 x 4 L H S / 2 (causal).
///
/// @param tokens that pass through the model, epochs counted
/// @param steps optimiser steps, as far as they can be told before rows are packed
/// @param memoryGiB by [TrainingMemory], with one sequence, or what the settings say, as a micro-batch
record Workload(double tokens, double steps, double flops, double memoryGiB) {

    private static final double GIB = 1L << 30;
    private static final double LONGEST_OVER_MEAN = 4.0;

    static Workload of(BaseFacts base, RunSettings settings, RunSettings.Method method, Manifest manifest) {
        double tokens = tokens(settings, manifest);
        double meanRow = meanRow(manifest);
        double passes = method == RunSettings.Method.FULL ? 8.0 : 6.0;
        double perToken = passes * base.activeWeights() + 6.0 * base.layers() * base.queryWidth() * meanRow;
        double heldOut =
                manifest.validation() == null ? 0 : manifest.validation().tokens();
        TrainingMemory memory = TrainingMemory.of(
                base.memorySizes(),
                method,
                settings.compute(),
                settings.memory(),
                (double) base.trainedWeights(settings, method),
                microBatchTokens(settings, manifest));
        return new Workload(
                tokens,
                steps(settings, manifest),
                perToken * tokens + 2.0 * base.activeWeights() * heldOut,
                memory.onDevice() / GIB);
    }

    /// Tokens that pass through the model: epochs, or fewer where a step limit ends them.
    static double tokens(RunSettings settings, Manifest manifest) {
        double epochs = (double) settings.epochs() * (double) manifest.train().tokens();
        if (settings.maxSteps() == null) return epochs;
        return Math.min(epochs, settings.maxSteps() * tokensPerStep(settings, manifest));
    }

    /// A step never spans two epochs.
    private static double steps(RunSettings settings, Manifest manifest) {
        double ofEpoch = Math.ceil(manifest.train().tokens() / tokensPerStep(settings, manifest));
        double steps = settings.epochs() * ofEpoch;
        return settings.maxSteps() == null ? steps : Math.min(steps, settings.maxSteps());
    }

    private static double tokensPerStep(RunSettings settings, Manifest manifest) {
        if (settings.tokensPerStep() != null) return settings.tokensPerStep();
        double perSequence = settings.packing()
                ? Math.min(settings.maxTokens(), manifest.train().tokens())
                : meanRow(manifest);
        return settings.sequencesPerStep() * perSequence;
    }

    private static double meanRow(Manifest manifest) {
        return (double) manifest.train().tokens() / Math.max(1, manifest.train().rows());
    }

    private static double microBatchTokens(RunSettings settings, Manifest manifest) {
        Integer chosen = settings.memory().microBatchTokens();
        double sequence = Math.min(
                settings.maxTokens(),
                settings.packing() ? manifest.train().tokens() : LONGEST_OVER_MEAN * meanRow(manifest));
        return chosen == null ? sequence : Math.max(chosen, sequence);
    }
}
