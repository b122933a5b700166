package dev.tunedrop.functions.checks.sketch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Room for columns of ints, one for each row or a few: in the heap while they are short, beyond that in files which
/// are mapped and have no name any more, so that the heap does not grow with the rows. The columns go with the arena.
final class Scratch {

    /// Columns of more ints are kept on disk.
    static final int MOST_IN_HEAP = 1 << 20;

    private final Path folder;
    private final Arena arena;
    private final int inHeap;

    /// @param folder where the files are
    /// @param inHeap how many ints of a column may be kept in the heap
    Scratch(Path folder, Arena arena, int inHeap) {
        this.folder = folder;
        this.arena = arena;
        this.inHeap = inHeap;
    }

    /// A column of ints.
    static final class Ints {

        private final MemorySegment ints;

        private Ints(MemorySegment ints) {
            this.ints = ints;
        }

        int get(long index) {
            return ints.getAtIndex(ValueLayout.JAVA_INT, index);
        }

        void set(long index, int value) {
            ints.setAtIndex(ValueLayout.JAVA_INT, index, value);
        }

        long size() {
            return ints.byteSize() / Integer.BYTES;
        }

        /// Makes every int -1.
        void clear() {
            ints.fill((byte) -1);
        }
    }

    /// @return ints without a meaning yet
    Ints ints(long count) throws IOException {
        if (count <= inHeap) return new Ints(MemorySegment.ofArray(new int[Math.toIntExact(count)]));
        Path file = Files.createTempFile(folder, "column", null);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            return new Ints(channel.map(FileChannel.MapMode.READ_WRITE, 0, count * Integer.BYTES, arena));
        }
    }

    /// For how many of some rows there is room when each needs so many bytes: a mapped file that finds the disk full
    /// ends the process.
    long roomFor(long rows, int bytesEach) throws IOException {
        if (rows <= inHeap) return rows;
        return Math.min(rows, Files.getFileStore(folder).getUsableSpace() / 10 * 9 / bytesEach);
    }
}
