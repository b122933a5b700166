package dev.tunedrop.events.run;

import org.jspecify.annotations.Nullable;

/// How a training job ended.
///
/// @param parity `exact` when every step ran on one kind of machine, and one that adds in the same order every time (no
///     GPU does), else `tolerance`
/// @param resumes how often the run was continued from a checkpoint
/// @param trainSeconds time spent in steps and in looks at the held-out rows, over all attempts
/// @param keptStep the step whose weights were handed over
/// @param stopped one sentence: what ended the run before its last step; absent when nothing did
public record TrainingResult(
        String runId,
        Outcome outcome,
        int steps,
        double finalLoss,
        long tokens,
        long trainedTokens,
        double trainSeconds,
        long peakMemoryBytes,
        String device,
        String libTorchVersion,
        String adapterSha256,
        String parity,
        int resumes,
        int keptStep,
        @Nullable String stopped) {

    public enum Outcome {
        COMPLETED,
        /// A wall of time or money was reached; what was learnt so far was handed over.
        STOPPED_AT_WALL,
        /// The held-out loss had stopped falling.
        STOPPED_EARLY
    }
}
