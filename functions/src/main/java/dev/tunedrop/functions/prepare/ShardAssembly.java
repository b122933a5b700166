package dev.tunedrop.functions.prepare;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
import dev.tunedrop.functions.dataset.Row;

/// Writes the train and validation shards, the canonical rows and the manifest from the ranges' files, in two passes:
/// one to see every row's sums, one to copy. One range's files are on disk at a time, and memory holds no rows.
final class ShardAssembly {

    private static final String RANGE_ROWS = "range.rows.jsonl";
    private static final String RANGE_TOKENS = "range.safetensors";

    private final Objects artefacts;
    private final RunFiles files;
    private final RunSettings settings;
    private final MergedReports merged;
    private final Repeats repeats;
    private final TokenStore store;

    ShardAssembly(Objects artefacts, RunFiles files, RunSettings settings, MergedReports merged, Repeats repeats) {
        this.artefacts = artefacts;
        this.files = files;
        this.settings = settings;
        this.merged = merged;
        this.repeats = repeats;
        this.store = new TokenStore(artefacts);
    }

    /// Null, with an error among the findings, when no row is left to train on.
    @Nullable
    Signal write(String datasetSha256) throws IOException {
        Optional<Finding> fault = LabelRules.fault(merged.text().sortedLabels());
        if (fault.isPresent()) {
            merged.findings().add(fault.get());
            return null;
        }
        Path folder = TempFolders.create("tunedrop-dataset");
        try (Split split = new Split(settings.validationFrom() == null ? settings.validationShare() : 0, folder)) {
            seeAll(folder, split);
            split.sort();
            repeats.pairs(split::together);
            split.decide();
            return copy(folder, split, datasetSha256);
        } finally {
            TempFolders.delete(folder);
        }
    }

    private void seeAll(Path folder, Split split) throws IOException {
        Path file = folder.resolve(RANGE_ROWS);
        for (ChunkReport chunk : merged.chunks()) {
            store.fetchRows(key(chunk), file);
            try (BufferedReader rows = Files.newBufferedReader(file)) {
                for (String line = rows.readLine(); line != null; line = rows.readLine())
                    see(split, RowSums.of(line), chunk);
            }
            Files.delete(file);
        }
    }

    private void see(Split split, RowSums row, ChunkReport chunk) throws IOException {
        Long from = settings.validationFrom();
        split.see(row, from != null && row.line() + before(chunk) >= from);
    }

    private static String key(ChunkReport chunk) throws IOException {
        String key = chunk.shards();
        if (key == null) throw new IOException("range " + chunk.index() + " has no tokens");
        return key;
    }

    private Signal copy(Path folder, Split split, String datasetSha256) throws IOException {
        ChunkReport.TextFigures text = merged.text();
        Map<String, String> metadata = metadata(text);
        Path trainFile = folder.resolve("train.safetensors");
        Path validationFile = folder.resolve("validation.safetensors");
        Path rowsFile = folder.resolve("rows.jsonl");
        List<String> labels = text.sortedLabels();
        TokenShardWriter train = new TokenShardWriter(trainFile, metadata, labels);
        TokenShardWriter validation = new TokenShardWriter(validationFile, metadata, labels);
        try (train;
                validation;
                BufferedWriter rows = Files.newBufferedWriter(rowsFile)) {
            Sides sides = new Sides(split, train, validation, rows);
            for (ChunkReport chunk : merged.chunks()) copyChunk(folder, chunk, sides);
        }
        if (train.rows() == 0) merged.findings().add(NothingToTrain.finding(settings));
        Long from = settings.validationFrom();
        if (from != null && validation.rows() == 0) merged.findings().add(NothingToTrain.noneHeldOut(from));
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
        artefacts.putJson(files.prompts(), Prompts.of(trainFile, sequences()));
        SignalShape shape = SignalShape.of(trainFile, settings.maxTokens(), sequences());
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

    private void copyChunk(Path folder, ChunkReport chunk, Sides sides) throws IOException {
        Path tokens = folder.resolve(RANGE_TOKENS);
        Path rows = folder.resolve(RANGE_ROWS);
        store.fetchTokens(key(chunk), tokens);
        store.fetchRows(key(chunk), rows);
        try (TokenShardReader shard = TokenShardReader.open(tokens);
                BufferedReader in = Files.newBufferedReader(rows)) {
            int sequences = sequences();
            for (long i = 0; i < shard.rows(); i += sequences)
                sides.copy(row(in.readLine()).movedBy(before(chunk)), shard, i, sequences);
        }
        Files.delete(tokens);
        Files.delete(rows);
    }

    /// Where rows go in the second pass, and how many went by.
    private static final class Sides {
        private final Split split;
        private final TokenShardWriter train;
        private final TokenShardWriter validation;
        private final BufferedWriter rows;
        private long row;

        Sides(Split split, TokenShardWriter train, TokenShardWriter validation, BufferedWriter rows) {
            this.split = split;
            this.train = train;
            this.validation = validation;
            this.rows = rows;
        }

        /// Copies the next row and its sequences, which begin at `first`, unless an equal row was there before.
        void copy(CanonicalRow next, TokenShardReader shard, long first, int sequences) throws IOException {
            String side = split.side(row++);
            if (side == null) return;
            TokenShardWriter to = side.equals(CanonicalRow.TRAIN) ? train : validation;
            for (long s = first; s < first + sequences; s++) {
                TokenRow tokens = shard.row(s);
                if (next.row() instanceof Row.Labelled labelled) to.add(tokens.ids(), labelled.label(), next.line());
                else to.add(tokens.ids(), tokens.trained(), next.line());
            }
            rows.write(Json.writeLine(next.in(side)));
            rows.write('\n');
        }
    }

    private Map<String, String> metadata(ChunkReport.TextFigures text) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put("tokenizer", text.tokenizerSha256());
        metadata.put("template", text.templateSha256());
        if (sequences() == 2) metadata.put(TokenShardReader.OBJECTIVE, TokenShardReader.DPO);
        return metadata;
    }

    /// Sequences of one row: a pair's two stand side by side, the better first.
    private int sequences() {
        return Objectives.sequences(merged.formats().format());
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
}
