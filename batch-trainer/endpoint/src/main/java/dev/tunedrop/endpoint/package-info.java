/// Serves a base model and its adapters: the SageMaker container's contract and OpenAI's chat completions.
///
/// `generate` is how an answer comes about, `api` what goes over the wire, `http` the server, `decoder` the model with
/// its keys and values kept, `encoder` the model that tells labels, `profile` what was asked, in counts, `cli` the
/// `serve` command: start there. May depend
/// on the rooms events, text, libtorch and trainer.
@NullMarked
package dev.tunedrop.endpoint;

import org.jspecify.annotations.NullMarked;
