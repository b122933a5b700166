package dev.tunedrop.events.run;

import org.jspecify.annotations.Nullable;

/// What a trainer needs to know of a prepared dataset, each file with its sum, so that what was checked is what is
/// trained.
public record Manifest(
        String runId,
        String base,
        String datasetSha256,
        String tokenizerSha256,
        String templateSha256,
        Shard train,
        @Nullable Shard validation) {

    /// One token shard (see `artefact.TokenShard`).
    ///
    /// @param key in the artefact bucket
    public record Shard(String key, String sha256, long sizeBytes, long rows, long tokens, long trainedTokens) {}
}
