/// A base of the trainer's that is an encoder, behind the [dev.tunedrop.endpoint.generate.TextClassifier] that the
/// endpoint serves: one frozen base under the tops of any number of classifiers. Start at
/// [dev.tunedrop.endpoint.encoder.EncoderModel]. May depend on `generate` and `decoder` beside it and on the rooms
/// text, libtorch and trainer.
@NullMarked
package dev.tunedrop.endpoint.encoder;

import org.jspecify.annotations.NullMarked;
