package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

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
import dev.tunedrop.functions.dataset.DatasetFormat;
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
        ChunkPlan plan = cloud.artefacts().json(files.plan(), ChunkPlan.class);
        try {
            Path folder = Files.createTempDirectory("tunedrop-chunk");
            try {
                return prepare(chunk, files, settings, plan, folder);
            } finally {
                TempFolders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "[run %s, %s, bytes %d to %d] %s"
                            .formatted(
                                    chunk.runId(),
                                    cloud.drops().address(plan.drop().key()),
                                    chunk.start(),
                                    chunk.end(),
                                    e.getMessage()),
                    e);
        } catch (Objects.VersionGone e) {
            throw new Rejected(Rejected.SUPERSEDED, "the dropped version was replaced while it was read");
        }
    }

    private Step.Prepared prepare(Step.Chunk chunk, RunFiles files, RunSettings settings, ChunkPlan plan, Path folder)
            throws IOException {
        Path shard = folder.resolve("shard.safetensors");
        Path rows = folder.resolve("rows.jsonl");
        Path sketches = folder.resolve("sketches");
        BaseTexts.Loaded base = texts.of(settings.base());
        DatasetCheck check = new DatasetCheck(asked(settings));
        ChunkReport report;
        try (ChunkTokens tokens = new ChunkTokens(
                        base.text(),
                        Math.min(settings.maxTokens(), base.maxPositions()),
                        check.findings(),
                        shard,
                        rows);
                RowChecks checks = new RowChecks(List.of(new TargetCheck(targets)), sketches);
                InputStream in = Files.newInputStream(fetch(chunk, plan, folder))) {
            DatasetCheck.RowSink both = (line, row) -> {
                checks.take(line, row);
                tokens.take(line, row);
            };
            if (plan.framing() == ChunkPlan.Framing.ARRAY) check.content(in, both);
            else check.range(in, chunk.start(), chunk.end(), both);
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
    private Path fetch(Step.Chunk chunk, ChunkPlan plan, Path folder) {
        Path file = folder.resolve("range.jsonl");
        try (InputStream in = open(chunk, plan)) {
            Files.copy(in, file);
        } catch (IOException e) {
            throw new TransientFailure(cloud.drops().address(plan.drop().key()) + ": reading it broke off", e);
        }
        return file;
    }

    private InputStream open(Step.Chunk chunk, ChunkPlan plan) {
        long first = LineReader.firstByte(chunk.start());
        ChunkPlan.Unpacked unpacked = plan.unpacked();
        if (unpacked != null)
            return cloud.artefacts()
                    .open(
                            unpacked.key(),
                            unpacked.version(),
                            first,
                            LineReader.lastByte(chunk.end(), unpacked.sizeBytes()));
        DropRef drop = plan.drop();
        return cloud.drops()
                .open(drop.key(), drop.version(), first, LineReader.lastByte(chunk.end(), drop.sizeBytes()));
    }

    private static @Nullable DatasetFormat asked(RunSettings settings) {
        return settings.format() == null
                ? null
                : DatasetFormat.of(settings.format()).orElseThrow();
    }
}
