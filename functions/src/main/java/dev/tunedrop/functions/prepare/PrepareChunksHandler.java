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
import dev.tunedrop.functions.checks.Tallies;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.dataset.DatasetCheck;
import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.functions.dataset.LineReader;
import dev.tunedrop.functions.targets.TargetCheck;
import dev.tunedrop.functions.targets.Targets;
import dev.tunedrop.text.BaseText;

/// One byte range: check its lines, write its good rows in canonical form and as tokens, unless a run before did
/// so, and a report.
public final class PrepareChunksHandler extends JsonHandler<Step.Chunk, Step.Prepared> {

    private final Cloud cloud;
    private final BaseTexts texts;
    private final TokenStore store;
    private final Targets targets = Targets.load();

    public PrepareChunksHandler() {
        this(Wiring.cloud());
    }

    public PrepareChunksHandler(Cloud cloud) {
        super(Step.Chunk.class);
        this.cloud = cloud;
        this.texts = new BaseTexts(cloud.bases());
        this.store = new TokenStore(cloud.artefacts());
    }

    @Override
    public Step.Prepared handle(Step.Chunk chunk) {
        RunFiles files = new RunFiles(chunk.runId());
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        ChunkPlan plan = cloud.artefacts().json(files.plan(), ChunkPlan.class);
        try {
            Path folder = TempFolders.create("tunedrop-chunk");
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
        Path sketches = folder.resolve("sketches");
        BaseText base = texts.of(settings.base());
        int maxTokens = base.atMost(settings.maxTokens());
        Path range = fetch(chunk, plan, folder);
        String key = TokenStore.key(range, owned(chunk, plan), base, maxTokens, settings.format());
        DatasetCheck check = new DatasetCheck(asked(settings));
        KeptTokens kept = store.find(key).orElse(null);
        long tokenized = 0;
        Tallies tallies;
        try (RowChecks checks = new RowChecks(List.of(new TargetCheck(targets)), sketches)) {
            if (kept != null) {
                check(range, chunk, plan, check, checks);
                check.findings().addAll(kept.findings(), kept.findingsByRule(), 0);
            } else {
                Path shard = folder.resolve("shard.safetensors");
                Path rows = folder.resolve("rows.jsonl");
                try (ChunkTokens tokens = new ChunkTokens(base, maxTokens, check.findings(), shard, rows)) {
                    check(range, chunk, plan, check, (line, row) -> {
                        checks.take(line, row);
                        tokens.take(line, row);
                    });
                    kept = tokens.finish();
                    tokenized = tokens.tokenizedRows();
                }
                if (kept != null) store.keep(key, kept, shard, rows);
            }
            tallies = checks.tallies();
        }
        cloud.artefacts().put(files.chunkSketches(chunk.index()), sketches, "application/octet-stream");
        ChunkReport report = ChunkReport.of(chunk.index(), check, tallies, kept, kept == null ? null : key);
        cloud.artefacts().putJson(files.chunkReport(chunk.index()), report);
        return new Step.Prepared(chunk.index(), report.rows(), check.findings().total(), tokenized);
    }

    private static void check(
            Path range, Step.Chunk chunk, ChunkPlan plan, DatasetCheck check, DatasetCheck.RowSink sink)
            throws IOException {
        try (InputStream in = Files.newInputStream(range)) {
            if (plan.framing() == ChunkPlan.Framing.ARRAY) check.content(in, sink);
            else check.range(in, chunk.start(), chunk.end(), sink);
        }
    }

    /// Which of the fetched bytes are the range's own: where in the file they lie does not matter, except that the
    /// first range begins with a line and looks at the file's head.
    private static String owned(Step.Chunk chunk, ChunkPlan plan) {
        return "%s %s %d"
                .formatted(plan.framing(), chunk.start() == 0 ? "first" : "later", chunk.end() - chunk.start());
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
