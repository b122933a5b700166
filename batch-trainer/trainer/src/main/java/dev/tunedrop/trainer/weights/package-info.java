/// Reads a base model from Hugging Face files: `config.json` in both its dialects, safetensors in one file or many.
///
/// Start with [dev.tunedrop.trainer.weights.ModelConfig] and [dev.tunedrop.trainer.weights.Checkpoint]; what sets a
/// family of models apart is its [dev.tunedrop.trainer.weights.Architecture]. Tensors are mapped, not read: a caller
/// takes one at a time, so a checkpoint larger than memory loads. May depend on the room events only.
@NullMarked
package dev.tunedrop.trainer.weights;

import org.jspecify.annotations.NullMarked;
