package dev.tunedrop.events.artefact;

/// The token-shard format: a safetensors file of N rows with T tokens in all, laid end to end.
///
/// ```
/// offsets  I64 (N + 1)   row i is tokens offsets[i] … offsets[i + 1]
/// lines    I64 (N)       source line of each row
/// ids      I32 (T)
/// trained  U8  (T)       1: this token carries loss
/// labels   I32 (N)       of a shard of labelled texts alone: each row's label, a place in the metadata's `labels`
/// ```
/// Metadata: `format`, `version`, and by convention `tokenizer` and `template`, the sha256 sums of what made the ids.
final class TokenShard {

    static final String FORMAT = "tunedrop-token-shard";
    static final String VERSION = "1";

    private TokenShard() {}
}
