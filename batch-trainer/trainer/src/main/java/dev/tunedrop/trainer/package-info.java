/// The trainer: fine-tunes a base model on token shards.
///
/// `model` turns a batch into a loss and gradients, `op` holds its mathematics, `quant` 4-bit weights, `weights`
/// reads Hugging Face checkpoints, `adapter` PEFT adapters, `kernel` runs what is fused on a GPU. May depend on the
/// rooms events, text and libtorch.
@NullMarked
package dev.tunedrop.trainer;

import org.jspecify.annotations.NullMarked;
