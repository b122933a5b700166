package dev.tunedrop.trainer.model;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Rewards;

/// What the training loop sees of a model.
///
/// Sums, never means: the loop divides once by the units of the whole optimiser step, so how a step is cut
/// into micro-batches does not change it.
public interface Trainable extends AutoCloseable {

    /// Every trained tensor, in a fixed order.
    List<Parameter> parameters();

    /// Names the optimiser step that the next micro-batches belong to. Random numbers inside the model are a function
    /// of (seed, step, row, position, place in the model), so a resumed run and another cut into micro-batches draw
    /// the same.
    void beginStep(long step);

    /// What the mean loss of a micro-batch is over: its trained tokens, unless the objective counts something else.
    default long units(MicroBatch batch) {
        return batch.trainedTokens();
    }

    /// Rewards of the pairs that the step has trained on so far; absent: the rows are no pairs.
    default @Nullable Rewards rewards() {
        return null;
    }

    /// The sum of the losses in nats; d(sum)/d(parameter) is added to every gradient.
    double lossAndGradients(MicroBatch batch);

    /// The sum of the losses in nats, without dropout and without gradients.
    double loss(MicroBatch batch);

    /// What [#lossAndGradients] would take; absent when the model cannot tell.
    default @Nullable PassForecast forecast() {
        return null;
    }

    /// The masters have moved: refreshes what was computed from them.
    void parametersChanged();

    /// Frees the trained tensors and what was made from them (never a base model that was handed in).
    @Override
    void close();
}
