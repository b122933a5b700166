package dev.tunedrop.trainer.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;

/// Loads a checkpoint as an NF4 base and prints, in bytes, by how much the process's own memory rose at most and what
/// the base keeps of it, then the seconds it took: `DIRECTORY`. Pages of mapped files do not count: the system takes
/// them back when it needs them.
final class LoadedMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long EVERY_MILLIS = 5;

    private LoadedMemory() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Path.of(args[0]);
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu())) {
            manager.ones(new ai.djl.ndarray.types.Shape(1)).close();
            long before = ownBytes();
            AtomicLong most = new AtomicLong(before);
            Thread watch = Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) {
                        most.accumulateAndGet(ownBytes(), Math::max);
                        Thread.sleep(EVERY_MILLIS);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            long start = System.nanoTime();
            try (FrozenBase base = FrozenBase.load(directory, BaseOptions.of(DataType.BFLOAT16, true), manager)) {
                double seconds = (System.nanoTime() - start) / 1e9;
                most.accumulateAndGet(ownBytes(), Math::max);
                watch.interrupt();
                watch.join();
                System.out.printf(
                        java.util.Locale.ROOT, "%d %d %.1f%n", most.get() - before, ownBytes() - before, seconds);
                if (base.linears().isEmpty()) throw new IllegalStateException("the base has no weights");
            }
        }
    }

    private static long ownBytes() {
        try {
            for (String line : Files.readAllLines(STATUS))
                if (line.startsWith("RssAnon:")) return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            throw new IllegalStateException(STATUS + " has no RssAnon");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
