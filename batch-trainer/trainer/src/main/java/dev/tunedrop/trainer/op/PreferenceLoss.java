package dev.tunedrop.trainer.op;

/// Direct preference optimisation (Rafailov et al. 2023), with the label smoothing of conservative DPO.
///
/// ```
/// forward    Δ = (log π(c) - log π(r)) - (log ρ(c) - log ρ(r))
///            loss = -(1 - ε) log σ(β Δ) - ε log σ(-β Δ)
/// backward   dΔ = β (σ(β Δ) - 1 + ε)
///            d log π(c) = dΔ
///            d log π(r) = -dΔ
/// ```
///
/// c is the preferred answer and r the other; π is the model, ρ the reference, which is frozen; log π of an answer is
/// the sum over its tokens. An answer's reward is β (log π - log ρ). One pair is two numbers, so this page is plain
/// double arithmetic; what leads from tokens to those numbers and back is [CrossEntropy]'s.
///
/// @param beta β: how far π may drift from ρ
/// @param smoothing ε in [0, 0.5): share of pairs thought to be labelled the wrong way round
public record PreferenceLoss(double beta, double smoothing) {

    public PreferenceLoss {
        if (!(beta > 0)) throw new IllegalArgumentException("beta must be above 0, was " + beta);
        if (!(smoothing >= 0 && smoothing < 0.5))
            throw new IllegalArgumentException("smoothing must be in [0, 0.5), was " + smoothing);
    }

    /// Log-probabilities of a pair's answers.
    public record Pair(double chosen, double rejected) {}

    /// @param loss in nats
    /// @param slope dΔ
    /// @param chosenReward of the preferred answer
    /// @param rejectedReward of the other
    public record Judged(double loss, double slope, double chosenReward, double rejectedReward) {}

    public Judged judge(Pair model, Pair reference) {
        double chosenReward = beta * (model.chosen - reference.chosen);
        double rejectedReward = beta * (model.rejected - reference.rejected);
        double margin = chosenReward - rejectedReward;
        double loss = (1 - smoothing) * softplus(-margin) + smoothing * softplus(margin);
        double slope = beta * (1 / (1 + Math.exp(-margin)) - 1 + smoothing);
        return new Judged(loss, slope, chosenReward, rejectedReward);
    }

    /// -log σ(-x), which is log(1 + eˣ) without overflow.
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
}
