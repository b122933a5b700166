package dev.tunedrop.trainer.data;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.RunSettings;

/// How many sequences an optimiser step takes, and how many pass through the model at once.
///
/// @param batchSize most sequences of a micro-batch
/// @param gradientAccumulation micro-batches of a step, where `batchSize` is what cuts it
/// @param tokensPerStep a step takes as many sequences as stay within it, at least one; absent: `batchSize *
///     gradientAccumulation` sequences
/// @param maxSteps a limit, or `Integer.MAX_VALUE`
public record StepPlan(
        int batchSize, int gradientAccumulation, @Nullable Integer tokensPerStep, int maxSteps) {

    public static StepPlan of(RunSettings settings) {
        return new StepPlan(
                settings.batchSize(),
                settings.gradientAccumulation(),
                settings.tokensPerStep(),
                settings.maxSteps() == null ? Integer.MAX_VALUE : settings.maxSteps());
    }

    /// Steps of so many sequences.
    public static StepPlan sequences(int batchSize, int gradientAccumulation) {
        return new StepPlan(batchSize, gradientAccumulation, null, Integer.MAX_VALUE);
    }

    /// Steps of so many tokens.
    public static StepPlan tokens(int tokensPerStep) {
        return new StepPlan(1, 1, tokensPerStep, Integer.MAX_VALUE);
    }

    int sequencesPerStep() {
        return batchSize * gradientAccumulation;
    }

    /// Whether a step that holds some sequences takes one of `next` tokens as well.
    boolean takes(int sequences, long tokens, long next) {
        return tokensPerStep == null ? sequences < sequencesPerStep() : tokens + next <= tokensPerStep;
    }

    /// The same of a micro-batch.
    ///
    /// @param microBatchTokens most tokens of one that holds more than one sequence
    boolean passesAtOnce(int sequences, long tokens, long next, int microBatchTokens) {
        return (tokensPerStep != null || sequences < batchSize) && tokens + next <= microBatchTokens;
    }

    /// The most tokens that a micro-batch can have, where memory sets no bound.
    ///
    /// @param maxTokens longest sequence
    public long largestMicroBatch(int maxTokens) {
        return tokensPerStep == null ? (long) batchSize * maxTokens : Math.max(tokensPerStep, maxTokens);
    }
}
