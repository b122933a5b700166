package dev.tunedrop.trainer.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.ModelConfig;

/// How quickly a 16-bit checkpoint of 369 MB becomes a 4-bit base on every core, beside a plain copy of the same
/// bytes in memory and beside reading the file, each on one thread and all with the file in the page cache:
/// `REPEATS`. GB of the file by the clock (medians of turns taken one after the other) and GB for each second of
/// processor time, which other work on the machine hardly changes. A measurement, not a test.
final class Loading {

    private static final int WARM_UP = 3;
    private static final int PIECE = 1 << 20;

    private Loading() {}

    public static void main(String[] args) throws IOException {
        Path directory = Workload.copy("base-180m", Files.createTempDirectory("tunedrop-loading"));
        Path file = directory.resolve(Checkpoint.SINGLE);
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu())) {
            FilledCheckpoint.write(directory, ModelConfig.read(directory), Long.MAX_VALUE / 2);
            measure(directory, file, manager, Integer.parseInt(args[0]));
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory.resolve(ModelConfig.FILE));
            Files.delete(directory);
        }
    }

    private static void measure(Path directory, Path file, NDManager manager, int repeats) throws IOException {
        Timed copy = new Timed(repeats);
        Timed read = new Timed(repeats);
        Timed load = new Timed(repeats);
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            long size = channel.size();
            MemorySegment from = arena.allocate(size).fill((byte) 1);
            MemorySegment to = arena.allocate(size).fill((byte) 2);
            BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true);
            for (int turn = -WARM_UP; turn < repeats; turn++) {
                copy.time(turn, () -> MemorySegment.copy(from, 0, to, 0, size));
                read.time(turn, () -> read(channel));
                load.time(
                        turn, () -> FrozenBase.load(directory, options, manager).close());
            }
            System.out.println("| of " + size / 1_000_000 + " MB | GB/s | GB a second of processor time |");
            System.out.println("|---|---|---|");
            copy.print("memory copy, one thread", size);
            read.print("file read, one thread", size);
            load.print("load and quantise", size);
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /// @param nanos of each turn by the clock
    /// @param processor of each turn, of the whole process
    @SuppressWarnings("ArrayRecordComponent") // filled turn by turn
    private record Timed(long[] nanos, long[] processor) {

        Timed(int turns) {
            this(new long[turns], new long[turns]);
        }

        void time(int turn, Work work) throws IOException {
            long start = System.nanoTime();
            long before = Clock.processorNanos();
            work.run();
            if (turn < 0) return;
            nanos[turn] = System.nanoTime() - start;
            processor[turn] = Clock.processorNanos() - before;
        }

        void print(String what, long bytes) {
            double[] rates = Arrays.stream(nanos)
                    .mapToDouble(each -> (double) bytes / each)
                    .toArray();
            double used = Arrays.stream(processor).sum();
            System.out.printf(
                    Locale.ROOT, "| %s | %.2f | %.2f |%n", what, Clock.median(rates), bytes * nanos.length / used);
        }
    }

    private static void read(FileChannel channel) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        channel.position(0);
        while (channel.read(piece.clear()) > 0) piece.flip();
    }
}
