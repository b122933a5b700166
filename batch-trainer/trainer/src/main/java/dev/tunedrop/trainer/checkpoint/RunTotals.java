package dev.tunedrop.trainer.checkpoint;

/// What a run has added up so far, over all its attempts.
///
/// @param tokens that went through the model
/// @param trainedTokens of them, those that carried loss
/// @param lastLoss mean loss of the last step
/// @param lossSum over all trained tokens or pairs, in nats
/// @param trainSeconds spent in steps and in looks at the held-out rows
/// @param resumes how often the run went on from a checkpoint
/// @param exact every step ran under one [MachineStamp] and was cut the same way
public record RunTotals(
        long tokens,
        long trainedTokens,
        double lastLoss,
        double lossSum,
        double trainSeconds,
        long peakMemoryBytes,
        int resumes,
        boolean exact) {

    public static final RunTotals START = new RunTotals(0, 0, 0, 0, 0, 0, 0, true);

    public RunTotals plus(
            long stepTokens,
            long stepTrainedTokens,
            double stepLossSum,
            double stepLoss,
            double seconds,
            long memoryBytes) {
        return new RunTotals(
                tokens + stepTokens,
                trainedTokens + stepTrainedTokens,
                stepLoss,
                lossSum + stepLossSum,
                trainSeconds + seconds,
                Math.max(peakMemoryBytes, memoryBytes),
                resumes,
                exact);
    }

    /// Time that went into something else than a step.
    public RunTotals spent(double seconds) {
        return new RunTotals(
                tokens, trainedTokens, lastLoss, lossSum, trainSeconds + seconds, peakMemoryBytes, resumes, exact);
    }

    /// From here on sums are added up in another order.
    public RunTotals approximate() {
        return new RunTotals(tokens, trainedTokens, lastLoss, lossSum, trainSeconds, peakMemoryBytes, resumes, false);
    }

    public RunTotals resumed(boolean sameMachine) {
        return new RunTotals(
                tokens,
                trainedTokens,
                lastLoss,
                lossSum,
                trainSeconds,
                peakMemoryBytes,
                resumes + 1,
                exact && sameMachine);
    }
}
