package dev.tunedrop.trainer.checkpoint;

import org.jspecify.annotations.Nullable;

/// What the looks at the held-out rows have told so far.
///
/// @param lastStep the step of the last look; 0 before the first
/// @param bestStep the step of the best one; 0 while there is none
/// @param bestLoss its mean loss in nats a token
/// @param sinceBest looks since then
public record Looks(int lastStep, int bestStep, @Nullable Double bestLoss, int sinceBest) {

    public static final Looks NONE = new Looks(0, 0, null, 0);

    /// Whether a loss is lower than the best by more than `minDelta`. What is not finite never is.
    public boolean improvedBy(double loss, double minDelta) {
        return Double.isFinite(loss) && (bestLoss == null || loss < bestLoss - minDelta);
    }

    public Looks plus(int step, double loss, double minDelta) {
        return improvedBy(loss, minDelta)
                ? new Looks(step, step, loss, 0)
                : new Looks(step, bestStep, bestLoss, sinceBest + 1);
    }
}
