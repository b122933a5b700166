package dev.tunedrop.trainer.model;

import dev.tunedrop.trainer.op.Leaf;

/// The tensors of a model by name: a frozen base's, or masters that are trained.
public interface Weights {

    /// @param tensor `model.norm.weight`
    Leaf leaf(String tensor);
}
