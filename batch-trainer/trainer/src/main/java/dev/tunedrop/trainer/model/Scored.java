package dev.tunedrop.trainer.model;

import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/// A model that can be asked what it computes.
public interface Scored extends AutoCloseable {

    /// The sum of the token losses in nats.
    double loss(MicroBatch batch);

    /// The sum of the token losses of each row: minus the log-probability of what its targets say.
    double[] rowLosses(MicroBatch batch);

    /// Logits (T, V) in fp32, attached to `scope`.
    NDArray logits(MicroBatch batch, NDManager scope);

    /// The residual stream (T, C) before each layer, and last the output of the final norm; attached to `scope`.
    List<NDArray> hiddenStates(MicroBatch batch, NDManager scope);

    @Override
    void close();
}
