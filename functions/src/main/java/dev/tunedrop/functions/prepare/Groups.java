package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Places that belong together, and how many rows each group has: union-find in a scratch file, 16 bytes a place. A
/// group goes by its least place.
final class Groups implements AutoCloseable {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final Path file;
    private final Arena arena = Arena.ofConfined();

    /// How far below itself a place's parent is; 0 for a group's least place, as a new file has it.
    private final MemorySegment below;

    private final MemorySegment counts;

    /// @param file to be made; removed by [#close()]
    Groups(Path file, long places) throws IOException {
        this.file = file;
        long column = places * Long.BYTES;
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment all = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * column, arena);
            below = all.asSlice(0, column);
            counts = all.asSlice(column, column);
        }
    }

    /// The least place of a place's group. Halves the way there for the next to ask.
    long least(long place) {
        long at = place;
        for (long down = get(below, at); down != 0; down = get(below, at)) {
            long further = get(below, at - down);
            set(below, at, down + further);
            at -= down + further;
        }
        return at;
    }

    void join(long one, long other) {
        long first = least(one);
        long second = least(other);
        if (first != second) set(below, Math.max(first, second), Math.abs(first - second));
    }

    /// Adds rows to a place's group.
    void add(long place, long rows) {
        long least = least(place);
        set(counts, least, get(counts, least) + rows);
    }

    /// The rows of the group that goes by this place; 0 for any other place.
    long count(long place) {
        return get(counts, place);
    }

    private static long get(MemorySegment column, long place) {
        return column.get(LONG, place * Long.BYTES);
    }

    private static void set(MemorySegment column, long place, long value) {
        column.set(LONG, place * Long.BYTES, value);
    }

    @Override
    public void close() throws IOException {
        arena.close();
        Files.delete(file);
    }
}
