package dev.tunedrop.functions.checks.sketch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;

/// A file of sketches, mapped: it takes address space, not heap.
public final class SketchFile implements AutoCloseable {

    /// Six longs and the signature.
    static final int BYTES = 6 * 8 + 2 * MinHash.PLACES;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int SIGNATURE = 48;

    private final Path file;
    private final Arena arena;
    private final MemorySegment bytes;
    private final int rows;

    private SketchFile(Path file, Arena arena, MemorySegment bytes) {
        this.file = file;
        this.arena = arena;
        this.bytes = bytes;
        this.rows = Math.toIntExact(bytes.byteSize() / BYTES);
    }

    public static SketchFile open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file)) {
            return new SketchFile(file, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /// Room beside the sketches, as long as they are open.
    Scratch scratch(int inHeap) {
        return new Scratch(Objects.requireNonNull(file.toAbsolutePath().getParent()), arena, inHeap);
    }

    public int rows() {
        return rows;
    }

    long line(int row) {
        return bytes.get(LONG, at(row));
    }

    long content(int row) {
        return bytes.get(LONG, at(row) + 8);
    }

    long questionHigh(int row) {
        return bytes.get(LONG, at(row) + 16);
    }

    long questionLow(int row) {
        return bytes.get(LONG, at(row) + 24);
    }

    long answer(int row) {
        return bytes.get(LONG, at(row) + 32);
    }

    int words(int row) {
        return bytes.get(INT, at(row) + 40);
    }

    /// Four places of the signature at once.
    long band(int row, int band) {
        return bytes.get(LONG, at(row) + SIGNATURE + 8L * band);
    }

    RowSketch sketch(int row) {
        short[] signature = new short[MinHash.PLACES];
        for (int k = 0; k < signature.length; k++) signature[k] = bytes.get(SHORT, at(row) + SIGNATURE + 2L * k);
        return new RowSketch(
                line(row), content(row), questionHigh(row), questionLow(row), answer(row), words(row), signature);
    }

    /// Share of the signatures' places that agree.
    double alike(int row, int other) {
        int equal = 0;
        for (int k = 0; k < MinHash.PLACES; k++)
            if (bytes.get(SHORT, at(row) + SIGNATURE + 2L * k) == bytes.get(SHORT, at(other) + SIGNATURE + 2L * k))
                equal++;
        return equal / (double) MinHash.PLACES;
    }

    private static long at(int row) {
        return (long) row * BYTES;
    }

    @Override
    public void close() {
        arena.close();
    }
}
