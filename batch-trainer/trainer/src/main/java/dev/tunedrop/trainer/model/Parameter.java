package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;

/// A trained tensor. The model owns both arrays; the optimiser writes the master and clears the gradient.
///
/// @param name as PEFT writes it (`base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight`) or, for a full
///     model, as Hugging Face does (`model.layers.0.self_attn.q_proj.weight`)
/// @param master fp32
/// @param gradient fp32, same shape: d(sum of token losses) / d(master), added up over micro-batches, not divided
public record Parameter(String name, NDArray master, NDArray gradient) {

    public Parameter {
        if (!master.getShape().equals(gradient.getShape()))
            throw new IllegalArgumentException(
                    "gradient of %s must be %s, was %s".formatted(name, master.getShape(), gradient.getShape()));
    }

    public long elements() {
        return master.getShape().size();
    }
}
