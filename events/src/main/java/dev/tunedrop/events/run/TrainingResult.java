package dev.tunedrop.events.run;

/// How a training job ended.
///
/// @param parity `exact` when every step ran on one kind of machine, else `tolerance`
/// @param resumes how often the run was continued from a checkpoint
/// @param trainSeconds time spent in steps, over all attempts
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
        int resumes) {

    public enum Outcome {
        COMPLETED,
        /// A wall of time or money was reached; the adapter is the best so far.
        STOPPED_AT_WALL
    }
}
