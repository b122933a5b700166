package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.ShardFiles;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.text.BaseText;

/// Tokens that are made once. A retry, a sweep or a retrain over the same bytes finds them by their key.
///
/// A key is taken over the range's bytes, not over the file's: a file that grew at its end keeps the tokens of all but
/// its last range.
final class TokenStore {

    /// To be raised when the same text with the same tokenizer and template becomes other tokens, marks or rows.
    private static final int VERSION = 3;

    private final Objects artefacts;

    TokenStore(Objects artefacts) {
        this.artefacts = artefacts;
    }

    /// Everything that a range's tokens depend on.
    ///
    /// @param bytes the range's file, which may begin a byte early and end late
    /// @param range what of it belongs to the range
    static String key(Path bytes, String range, BaseText text, int maxTokens, @Nullable String format)
            throws IOException {
        String all = String.join(
                "\n",
                "tunedrop-tokens " + VERSION,
                "bytes " + Sha256.of(bytes),
                "range " + range,
                "tokenizer " + text.tokenizerSha256(),
                "template " + text.templateSha256(),
                "maxTokens " + maxTokens,
                "format " + (format == null ? "" : format) + (text.encoder() ? ", read by an encoder" : ""));
        return Sha256.of(all.getBytes(StandardCharsets.UTF_8));
    }

    Optional<KeptTokens> find(String key) {
        ShardFiles files = new ShardFiles(key);
        return artefacts
                .findJson(files.complete(), KeptTokens.class)
                .filter(kept -> artefacts.head(files.tokens()).isPresent()
                        && artefacts.head(files.rows()).isPresent());
    }

    /// Puts the files first and the marker last.
    void keep(String key, KeptTokens kept, Path shard, Path rows) {
        ShardFiles files = new ShardFiles(key);
        artefacts.put(files.tokens(), shard, "application/octet-stream");
        artefacts.put(files.rows(), rows, "application/jsonl");
        artefacts.putJson(files.complete(), kept);
    }

    /// Fetches the tokens that [#keep] put and holds them to their sum.
    void fetchTokens(String key, Path file) throws IOException {
        fetch(new ShardFiles(key).tokens(), kept(key).shardSha256(), file);
    }

    /// Fetches the rows that [#keep] put and holds them to their sum.
    void fetchRows(String key, Path file) throws IOException {
        fetch(new ShardFiles(key).rows(), kept(key).rowsSha256(), file);
    }

    private KeptTokens kept(String key) {
        return artefacts.json(new ShardFiles(key).complete(), KeptTokens.class);
    }

    private void fetch(String object, String sha256, Path file) throws IOException {
        if (!artefacts.download(object, file) || !Sha256.of(file).equals(sha256))
            throw new IOException("%s is missing or not what was written; remove it, and run the drop again"
                    .formatted(artefacts.address(object)));
    }
}
