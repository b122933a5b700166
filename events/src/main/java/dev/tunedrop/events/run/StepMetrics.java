package dev.tunedrop.events.run;

/// One optimiser step: a line of `training/metrics.jsonl`.
///
/// @param loss mean over the step's trained tokens
/// @param tokens tokens that went through the model since the run began
/// @param peakMemoryBytes of the device's memory, or of the process on a CPU
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
        long peakMemoryBytes) {}
