package dev.tunedrop.functions.path;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

import dev.tunedrop.events.run.ChunkPlan.ByteRange;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.prepare.PrepareChunksHandler;

/// A whole cloud in memory with one real base model's text files.
final class TestCloud {

    static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    static final String BASE = "tiny-llama";

    final MemoryObjects drops = new MemoryObjects("drops");
    final MemoryObjects artefacts = new MemoryObjects("artefacts");
    final MemoryObjects bases = new MemoryObjects("bases");
    final MemoryLedger ledger = new MemoryLedger();
    final MemoryBudget budget = new MemoryBudget();
    final MemoryExecutions executions = new MemoryExecutions();
    final MemoryBus bus = new MemoryBus();
    final AnsweringEndpoints endpoints = new AnsweringEndpoints(1);
    final MemoryMetrics metrics = new MemoryMetrics();
    final Cloud cloud = new Cloud(drops, artefacts, bases, ledger, budget, executions, bus, endpoints, metrics);

    TestCloud() throws IOException {
        base(BASE, "synthetic-tiny-llama3");
    }

    /// One more base, of the shared data's models.
    void base(String base, String shared) throws IOException {
        Path model = Path.of(System.getProperty("tunedrop.shared", ""), "data", "models", shared);
        assumeTrue(Files.isDirectory(model), "shared data is absent: " + model);
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".json") || name.endsWith(".jinja")) bases.put(base + "/" + name, file, "text/plain");
            }
        }
    }

    /// Puts a file and its settings, and notes its run in the ledger as Intake does.
    Step.Drop drop(String key, String content, String settings) {
        return drop(key, content.getBytes(StandardCharsets.UTF_8), settings);
    }

    Step.Drop drop(String key, byte[] content, String settings) {
        String folder = key.substring(0, key.lastIndexOf('/') + 1);
        drops.put(folder + "tune.json", settings.getBytes(StandardCharsets.UTF_8), "application/json");
        drops.put(key, content, "application/jsonl");
        String etag = drops.head(key).orElseThrow().etag();
        DropRef drop = new DropRef("drops", key, "etag:" + etag, content.length);
        ledger.begin(RunRecord.begun(drop, "", NOW));
        return Step.Drop.of(drop);
    }

    /// Prepares these ranges of a planned drop; answers how many rows became tokens that were not kept before.
    long prepare(Step.Drop drop, List<ByteRange> ranges) {
        PrepareChunksHandler prepare = new PrepareChunksHandler(cloud);
        long rows = 0;
        for (ByteRange range : ranges)
            rows += prepare.handle(new Step.Chunk(drop.runId(), range.index(), range.start(), range.end()))
                    .tokenizedRows();
        return rows;
    }

    static String rows(int count) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < count; i++)
            rows.append(
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"Question %d?\"},{\"role\":\"assistant\",\"content\":\"Answer %d.\"}]}\n"
                            .formatted(i, i));
        return rows.toString();
    }

    static final String SETTINGS = "{\"base\":\"" + BASE + "\",\"maxTokens\":128}";

    static List<String> lines(String text) {
        return text.lines().toList();
    }
}
