package dev.tunedrop.trainer.model;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Rewards;
import dev.tunedrop.trainer.op.PreferenceLoss;

/// Adds up what became of pairs.
public final class RewardTally {

    private long pairs;
    private double loss;
    private double chosen;
    private double rejected;
    private long right;

    void add(PreferenceLoss.Judged judged) {
        pairs++;
        loss += judged.loss();
        chosen += judged.chosenReward();
        rejected += judged.rejectedReward();
        if (judged.chosenReward() > judged.rejectedReward()) right++;
    }

    void clear() {
        pairs = 0;
        loss = 0;
        chosen = 0;
        rejected = 0;
        right = 0;
    }

    /// Sum of the pairs' losses.
    public double loss() {
        return loss;
    }

    /// Means; absent when there was no pair.
    public @Nullable Rewards rewards() {
        if (pairs == 0) return null;
        double n = pairs;
        return new Rewards(chosen / n, rejected / n, (chosen - rejected) / n, right / n);
    }
}
