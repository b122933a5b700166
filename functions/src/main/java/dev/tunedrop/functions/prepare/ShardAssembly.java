package dev.tunedrop.functions.prepare;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenRow;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DatasetReport.Signal;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.checks.sketch.Repeats;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.dataset.CanonicalRow;
import dev.tunedrop.functions.dataset.DatasetFormat;

/// Writes the train and validation shards, the canonical rows and the manifest from the ranges' files, in two passes:
/// one to see every row's sums, one to copy. Memory holds sums, never rows.
final class ShardAssembly {

    private final Objects artefacts;
    private final RunFiles files;
    private final RunSettings settings;
    private final MergedReports merged;
    private final Repeats repeats;
    private final Split split;
    private final TokenStore store;

    ShardAssembly(Objects artefacts, RunFiles files, RunSettings settings, MergedReports merged, Repeats repeats) {
        this.artefacts = artefacts;
        this.files = files;
        this.settings = settings;
        this.merged = merged;
        this.repeats = repeats;
        this.store = new TokenStore(artefacts);
        this.split = new Split(settings.validationShare());
    }

    /// Null, with an error among the findings, when no row is left to train on.
    @Nullable
    Signal write(String datasetSha256) throws IOException {
        Path folder = Files.createTempDirectory("tunedrop-dataset");
        try {
            fetch(folder);
            seeAll(folder);
            return copy(folder, datasetSha256);
        } finally {
            TempFolders.delete(folder);
        }
    }

    private void fetch(Path folder) throws IOException {
        for (ChunkReport chunk : merged.chunks()) {
            String key = chunk.shards();
            if (key == null) throw new IOException("range " + chunk.index() + " has no tokens");
            store.fetch(key, shardFile(folder, chunk), rowsFile(folder, chunk));
        }
    }

    private void seeAll(Path folder) throws IOException {
        for (ChunkReport chunk : merged.chunks()) {
            try (BufferedReader rows = Files.newBufferedReader(rowsFile(folder, chunk))) {
                for (String line = rows.readLine(); line != null; line = rows.readLine()) split.see(row(line));
            }
        }
        repeats.pairs((a, b, c, d) -> split.together(new Split.Key(a, b), new Split.Key(c, d)));
        split.decide();
    }

    private Signal copy(Path folder, String datasetSha256) throws IOException {
        ChunkReport.TextFigures text = merged.text();
        Map<String, String> metadata = metadata(text);
        Path trainFile = folder.resolve("train.safetensors");
        Path validationFile = folder.resolve("validation.safetensors");
        Path rowsFile = folder.resolve("rows.jsonl");
        TokenShardWriter train = new TokenShardWriter(trainFile, metadata);
        TokenShardWriter validation = new TokenShardWriter(validationFile, metadata);
        try (train;
                validation;
                BufferedWriter rows = Files.newBufferedWriter(rowsFile)) {
            for (ChunkReport chunk : merged.chunks()) copyChunk(folder, chunk, train, validation, rows);
        }
        if (train.rows() == 0)
            merged.findings()
                    .add(new Finding(
                            "nothing-to-train",
                            Severity.ERROR,
                            0,
                            0,
                            null,
                            "no row is left to train on",
                            "Raise maxTokens, or shorten the rows."));
        if (!text.endOfTurnTrained())
            merged.findings()
                    .add(new Finding(
                            "end-of-turn-untrained",
                            Severity.WARNING,
                            0,
                            0,
                            null,
                            "the base's template writes no end of turn after an answer, so the model does not learn to stop",
                            "Choose a base with a chat template that ends turns."));
        artefacts.put(files.canonicalRows(), rowsFile, "application/jsonl");
        Manifest.Shard trainShard = put(files.trainShard(), trainFile, train);
        Manifest.@Nullable Shard validationShard =
                validation.rows() == 0 ? null : put(files.validationShard(), validationFile, validation);
        artefacts.putJson(
                files.manifest(),
                new Manifest(
                        files.runId(),
                        settings.base(),
                        datasetSha256,
                        text.tokenizerSha256(),
                        text.templateSha256(),
                        trainShard,
                        validationShard));
        SignalShape shape = SignalShape.of(trainFile, settings.maxTokens());
        return new Signal(
                train.rows() / sequences(),
                validation.rows() / sequences(),
                train.tokens() + validation.tokens(),
                train.trainedTokens() + validation.trainedTokens(),
                text.longestRowTokens(),
                text.truncatedRows(),
                text.lostTrainedTokens(),
                split.duplicates(),
                text.endOfTurnTrained(),
                text.templateSha256(),
                text.tokenizerSha256(),
                text.lengthHistogram(),
                shape.packs(),
                shape.packFill(),
                shape.samples());
    }

    private void copyChunk(
            Path folder, ChunkReport chunk, TokenShardWriter train, TokenShardWriter validation, BufferedWriter rows)
            throws IOException {
        try (TokenShardReader shard = TokenShardReader.open(shardFile(folder, chunk));
                BufferedReader in = Files.newBufferedReader(rowsFile(folder, chunk))) {
            int sequences = sequences();
            for (long i = 0; i < shard.rows(); i += sequences) {
                CanonicalRow row = row(in.readLine()).movedBy(before(chunk));
                String side = split.side(row);
                if (side == null) continue;
                for (long s = i; s < i + sequences; s++) {
                    TokenRow tokens = shard.row(s);
                    (side.equals(CanonicalRow.TRAIN) ? train : validation)
                            .add(tokens.ids(), tokens.trained(), row.line());
                }
                rows.write(Json.writeLine(row.in(side)));
                rows.write('\n');
            }
        }
    }

    private Map<String, String> metadata(ChunkReport.TextFigures text) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put("tokenizer", text.tokenizerSha256());
        metadata.put("template", text.templateSha256());
        if (pairs()) metadata.put(TokenShardReader.OBJECTIVE, TokenShardReader.DPO);
        return metadata;
    }

    private boolean pairs() {
        return DatasetFormat.of(merged.formats().format())
                .map(Objectives::of)
                .filter(RunSettings.Objective.DPO::equals)
                .isPresent();
    }

    /// Sequences of one row: a pair's two stand side by side, the better first.
    private int sequences() {
        return pairs() ? 2 : 1;
    }

    private Manifest.Shard put(String key, Path file, TokenShardWriter shard) throws IOException {
        artefacts.put(key, file, "application/octet-stream");
        return new Manifest.Shard(
                key, Sha256.of(file), Files.size(file), shard.rows(), shard.tokens(), shard.trainedTokens());
    }

    private long before(ChunkReport chunk) {
        return merged.linesBefore()[chunk.index()];
    }

    private static CanonicalRow row(String line) {
        return Json.read(line, CanonicalRow.class, "a prepared row");
    }

    private static Path rowsFile(Path folder, ChunkReport chunk) {
        return folder.resolve("chunk-" + chunk.index() + ".rows.jsonl");
    }

    private static Path shardFile(Path folder, ChunkReport chunk) {
        return folder.resolve("chunk-" + chunk.index() + ".safetensors");
    }
}
