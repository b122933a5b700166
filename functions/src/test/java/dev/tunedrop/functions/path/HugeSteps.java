package dev.tunedrop.functions.path;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.ChunkPlan.ByteRange;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;
import dev.tunedrop.functions.prepare.PrepareChunksHandler;

/// One step over a file in a folder, in a process of its own: `FOLDER plan|prepare|assemble`. Says what it took.
final class HugeSteps {

    static final String KEY = "huge/rows.jsonl";
    private static final long MIB = 1 << 20;

    /// Classes, code, stacks, the tokenizer's library, buffers.
    private static final long BESIDE_THE_HEAP = 300 * MIB;

    private HugeSteps() {}

    static FolderObjects drops(Path folder) {
        return new FolderObjects(folder.resolve("drops"));
    }

    static FolderObjects artefacts(Path folder) {
        return new FolderObjects(folder.resolve("artefacts"));
    }

    static FolderObjects bases(Path folder) {
        return new FolderObjects(folder.resolve("bases"));
    }

    static Step.Drop drop(Path folder) {
        var head = drops(folder).head(KEY).orElseThrow();
        return Step.Drop.of(new DropRef("drops", KEY, "etag:" + head.etag(), head.sizeBytes()));
    }

    static Cloud cloud(Path folder) {
        return new Cloud(
                drops(folder),
                artefacts(folder),
                bases(folder),
                new MemoryLedger(),
                new MemoryBudget(),
                new MemoryExecutions(),
                new MemoryBus(),
                new AnsweringEndpoints(1),
                new MemoryMetrics());
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Cloud cloud = cloud(folder);
        Step.Drop drop = drop(folder);
        Consumer<Cloud> step = switch (arguments[1]) {
            case "plan" -> c -> new PlanChunksHandler(c).handle(drop);
            case "prepare" -> c -> prepare(c, drop);
            case "assemble" -> c -> new AssembleDatasetHandler(c).handle(new Step.Run(drop.runId()));
            default -> throw new IllegalArgumentException("there is no step " + arguments[1]);
        };
        OwnMemory own = OwnMemory.watch();
        long start = System.nanoTime();
        step.accept(cloud);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        long heap = Runtime.getRuntime().maxMemory();
        System.out.printf(
                "%-8s %,10.1f s  heap at most %,d MiB of %,d MiB  own memory at most %,d MiB  with mapped files %,d MiB%n",
                arguments[1],
                taken.toMillis() / 1e3,
                peakHeap() / MIB,
                heap / MIB,
                own.most() / MIB,
                OwnMemory.status("VmHWM") / MIB);
        if (own.most() > heap + BESIDE_THE_HEAP)
            throw new IllegalStateException("%s held %,d MiB".formatted(arguments[1], own.most() / MIB));
    }

    private static void prepare(Cloud cloud, Step.Drop drop) {
        PrepareChunksHandler prepare = new PrepareChunksHandler(cloud);
        ChunkPlan plan = cloud.artefacts().json(new RunFiles(drop.runId()).plan(), ChunkPlan.class);
        for (ByteRange range : plan.chunks())
            prepare.handle(new Step.Chunk(drop.runId(), range.index(), range.start(), range.end()));
    }

    /// The pools' peaks together; they need not have been at the same time.
    static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
