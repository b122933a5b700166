/// File formats that pass between functions, trainer and endpoint: safetensors, token shards, sha256 sums.
@NullMarked
package dev.tunedrop.events.artefact;

import org.jspecify.annotations.NullMarked;
