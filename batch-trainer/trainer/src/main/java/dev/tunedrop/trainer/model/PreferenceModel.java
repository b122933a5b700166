package dev.tunedrop.trainer.model;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Rewards;
import dev.tunedrop.trainer.op.PreferenceLoss;

/// An adapter that learns from pairs of answers: rows 2i (preferred) and 2i + 1 (the other) of a micro-batch are one
/// pair, its loss is [PreferenceLoss], and the reference is the same base without the adapter, so that there are no
/// second weights.
///
/// A step is one pass of the reference over pairs that it has not seen yet, and one forward and backward of the model.
/// The head is gone through once: the loss of a row follows from its tokens' losses, and its slope scales their
/// gradients.
public final class PreferenceModel implements Trainable {

    private final LoraModel model;
    private final Scored reference;
    private final ReferenceScores scores;
    private final PreferenceLoss loss;
    private final RewardTally step = new RewardTally();

    private PreferenceModel(LoraModel model, Scored reference, boolean together, PreferenceLoss loss) {
        this.model = model;
        this.reference = reference;
        this.scores = new ReferenceScores(reference, together);
        this.loss = loss;
    }

    /// @param model an adapter on `base`, closed with the result
    public static PreferenceModel of(FrozenBase base, LoraModel model, PreferenceLoss loss) {
        boolean together = base.manager().getDevice().isGpu();
        return new PreferenceModel(model, LoraModel.without(base), together, loss);
    }

    @Override
    public List<Parameter> parameters() {
        return model.parameters();
    }

    @Override
    public void beginStep(long number) {
        step.clear();
        model.beginStep(number);
    }

    @Override
    public long units(MicroBatch batch) {
        return batch.lengths().length / 2;
    }

    @Override
    public @Nullable Rewards rewards() {
        return step.rewards();
    }

    @Override
    public double lossAndGradients(MicroBatch batch) {
        requirePairs(batch);
        PreferenceLoss.Pair[] expected = scores.of(batch);
        double before = step.loss();
        model.rowLossesAndGradients(batch, rows -> slopes(rows, expected));
        return step.loss() - before;
    }

    /// d(sum of losses)/d(loss of each row), where a row's loss is minus its log-probability.
    private double[] slopes(double[] rowLosses, PreferenceLoss.Pair[] expected) {
        PreferenceLoss.Pair[] found = pairs(rowLosses);
        double[] slopes = new double[rowLosses.length];
        for (int pair = 0; pair < found.length; pair++) {
            PreferenceLoss.Judged judged = loss.judge(found[pair], expected[pair]);
            step.add(judged);
            slopes[2 * pair] = -judged.slope();
            slopes[2 * pair + 1] = judged.slope();
        }
        return slopes;
    }

    @Override
    public double loss(MicroBatch batch) {
        RewardTally tally = new RewardTally();
        score(batch, tally);
        return tally.loss();
    }

    /// Judges pairs that are not learnt from; the reference is asked anew.
    ///
    /// @return the sum of the pairs' losses
    public double score(MicroBatch batch, RewardTally tally) {
        requirePairs(batch);
        PreferenceLoss.Pair[] expected = pairs(reference.rowLosses(batch));
        PreferenceLoss.Pair[] found = pairs(model.rowLosses(batch));
        double sum = 0;
        for (int pair = 0; pair < found.length; pair++) {
            PreferenceLoss.Judged judged = loss.judge(found[pair], expected[pair]);
            tally.add(judged);
            sum += judged.loss();
        }
        return sum;
    }

    static PreferenceLoss.Pair[] pairs(double[] rowLosses) {
        PreferenceLoss.Pair[] pairs = new PreferenceLoss.Pair[rowLosses.length / 2];
        for (int pair = 0; pair < pairs.length; pair++)
            pairs[pair] = new PreferenceLoss.Pair(-rowLosses[2 * pair], -rowLosses[2 * pair + 1]);
        return pairs;
    }

    private static void requirePairs(MicroBatch batch) {
        if (batch.lengths().length % 2 != 0)
            throw new IllegalArgumentException(
                    "a micro-batch of pairs needs an even number of rows, had " + batch.lengths().length);
    }

    /// The reference's pass is over before the model's begins, and takes less.
    @Override
    public PassForecast forecast() {
        return model.forecast();
    }

    @Override
    public void parametersChanged() {
        model.parametersChanged();
    }

    @Override
    public void close() {
        reference.close();
        model.close();
    }
}
