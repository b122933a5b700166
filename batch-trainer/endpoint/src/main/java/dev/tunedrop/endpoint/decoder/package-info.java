/// A base in service, of any family that the trainer knows: one set of weights, adapters beside it, and per request
/// the keys and values of what was read.
///
/// Start with [dev.tunedrop.endpoint.decoder.DecoderModel]; [dev.tunedrop.endpoint.decoder.DecoderContext] is the
/// forward pass. Built from the trainer's recipe, ops and weights. May depend on `generate` and on the rooms text,
/// trainer and libtorch.
@NullMarked
package dev.tunedrop.endpoint.decoder;

import org.jspecify.annotations.NullMarked;
