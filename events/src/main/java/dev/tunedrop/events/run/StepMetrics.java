package dev.tunedrop.events.run;

import org.jspecify.annotations.Nullable;

/// One optimiser step: a line of `training/metrics.jsonl`.
///
/// @param loss mean over the step's trained tokens, or over its pairs
/// @param tokens tokens that went through the model since the run began
/// @param peakMemoryBytes of the device's memory, or of the process on a CPU
/// @param rewards of the step's pairs; absent: the rows are no pairs
/// @param heldOutLoss mean over the held-out rows after this step; absent where nobody looked
public record StepMetrics(
        int step,
        int steps,
        double epoch,
        double loss,
        double learningRate,
        double gradientNorm,
        long tokens,
        long trainedTokens,
        double tokensPerSecond,
        double secondsElapsed,
        double secondsLeft,
        long peakMemoryBytes,
        @Nullable Rewards rewards,
        @Nullable Double heldOutLoss) {

    public StepMetrics withHeldOut(@Nullable Double loss) {
        return new StepMetrics(
                step,
                steps,
                epoch,
                this.loss,
                learningRate,
                gradientNorm,
                tokens,
                trainedTokens,
                tokensPerSecond,
                secondsElapsed,
                secondsLeft,
                peakMemoryBytes,
                rewards,
                loss);
    }
}
