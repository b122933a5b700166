package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.checks.RowChecks;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.dataset.DatasetCheck;
import dev.tunedrop.functions.dataset.LineReader;
import dev.tunedrop.functions.targets.TargetCheck;
import dev.tunedrop.functions.targets.Targets;

/// One byte range: check its lines, write its good rows in canonical form and as tokens, and a report.
public final class PrepareChunksHandler extends JsonHandler<Step.Chunk, Step.Prepared> {

    private final Cloud cloud;
    private final BaseTexts texts;
    private final Targets targets = Targets.load();

    public PrepareChunksHandler() {
        this(Wiring.cloud());
    }

    public PrepareChunksHandler(Cloud cloud) {
        super(Step.Chunk.class);
        this.cloud = cloud;
        this.texts = new BaseTexts(cloud.bases());
    }

    @Override
    public Step.Prepared handle(Step.Chunk chunk) {
        RunFiles files = new RunFiles(chunk.runId());
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        DropRef drop = cloud.artefacts().json(files.plan(), ChunkPlan.class).drop();
        try {
            Path folder = Files.createTempDirectory("tunedrop-chunk");
            try {
                return prepare(chunk, files, settings, drop, folder);
            } finally {
                TempFolders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "[run %s, %s, bytes %d to %d] %s"
                            .formatted(
                                    chunk.runId(),
                                    cloud.drops().address(drop.key()),
                                    chunk.start(),
                                    chunk.end(),
                                    e.getMessage()),
                    e);
        } catch (Objects.VersionGone e) {
            throw new Rejected(Rejected.SUPERSEDED, "the dropped version was replaced while it was read");
        }
    }

    private Step.Prepared prepare(Step.Chunk chunk, RunFiles files, RunSettings settings, DropRef drop, Path folder)
            throws IOException {
        Path shard = folder.resolve("shard.safetensors");
        Path rows = folder.resolve("rows.jsonl");
        Path sketches = folder.resolve("sketches");
        BaseTexts.Loaded base = texts.of(settings.base());
        DatasetCheck check = new DatasetCheck();
        ChunkReport report;
        try (ChunkTokens tokens = new ChunkTokens(
                        base.text(),
                        Math.min(settings.maxTokens(), base.maxPositions()),
                        check.findings(),
                        shard,
                        rows);
                RowChecks checks = new RowChecks(List.of(new TargetCheck(targets)), sketches);
                InputStream in = Files.newInputStream(fetch(chunk, drop, folder))) {
            check.range(in, chunk.start(), chunk.end(), (line, row) -> {
                checks.take(line, row);
                tokens.take(line, row);
            });
            report = tokens.report(chunk.index(), check, checks.tallies());
        }
        cloud.artefacts().put(files.chunkSketches(chunk.index()), sketches, "application/octet-stream");
        if (report.text() != null) {
            cloud.artefacts().put(files.chunkShard(chunk.index()), shard, "application/octet-stream");
            cloud.artefacts().put(files.chunkRows(chunk.index()), rows, "application/jsonl");
        }
        cloud.artefacts().putJson(files.chunkReport(chunk.index()), report);
        return new Step.Prepared(chunk.index(), report.rows(), check.findings().total());
    }

    /// The range as a file: tokenising is slower than reading, and a store hangs up on a reader that stops to think.
    private Path fetch(Step.Chunk chunk, DropRef drop, Path folder) {
        Path file = folder.resolve("range.jsonl");
        long first = LineReader.firstByte(chunk.start());
        long last = LineReader.lastByte(chunk.end(), drop.sizeBytes());
        try (InputStream in = cloud.drops().open(drop.key(), drop.version(), first, last)) {
            Files.copy(in, file);
        } catch (IOException e) {
            throw new TransientFailure(cloud.drops().address(drop.key()) + ": reading it broke off", e);
        }
        return file;
    }
}
