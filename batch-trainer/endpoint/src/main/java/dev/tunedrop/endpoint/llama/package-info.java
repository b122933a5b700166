/// A Llama base in service: one set of weights, adapters beside it, and per request the keys and values of what was
/// read.
///
/// Start with [dev.tunedrop.endpoint.llama.LlamaModel]; [dev.tunedrop.endpoint.llama.LlamaContext] is the forward pass.
/// Built from the trainer's ops and weights. May depend on `generate` and on the rooms text, trainer and libtorch.
@NullMarked
package dev.tunedrop.endpoint.llama;

import org.jspecify.annotations.NullMarked;
