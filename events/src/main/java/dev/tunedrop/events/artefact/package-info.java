/// File formats that pass between functions, trainer and endpoint: safetensors, token shards, sha256 sums; and what
/// all of them read alike in a base's files.
///
/// Start at [dev.tunedrop.events.artefact.Safetensors] to read tensors,
/// [dev.tunedrop.events.artefact.SafetensorsWriter] to write them, [dev.tunedrop.events.artefact.TokenShardReader]
/// and [dev.tunedrop.events.artefact.TokenShardWriter] for tokenised rows. Files appear under their name whole or
/// not at all, see [dev.tunedrop.events.artefact.AtomicFile]. Depends on Jackson and on `events.json` only.
@NullMarked
package dev.tunedrop.events.artefact;

import org.jspecify.annotations.NullMarked;
