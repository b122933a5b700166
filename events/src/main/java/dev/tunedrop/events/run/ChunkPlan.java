package dev.tunedrop.events.run;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// How a dropped file is cut into byte ranges. A range owns every line that *starts* inside it.
///
/// @param unpacked where the rows are when the file was an archive: the ranges are of that object
/// @param framing how rows follow each other; absent: one per line
public record ChunkPlan(
        DropRef drop,
        List<ByteRange> chunks,
        @Nullable Unpacked unpacked,
        @Nullable Framing framing) {

    public enum Framing {
        /// One row per line.
        LINES,
        /// The file is one JSON array; it has one range.
        ARRAY
    }

    /// What an archive held, as an object of the artefact bucket.
    public record Unpacked(String key, String version, long sizeBytes) {}

    public ChunkPlan(DropRef drop, List<ByteRange> chunks) {
        this(drop, chunks, null, null);
    }

    public ChunkPlan {
        chunks = List.copyOf(chunks);
    }

    /// Bytes `start` (inclusive) to `end` (exclusive) of the file.
    public record ByteRange(int index, long start, long end) {
        public ByteRange {
            if (start < 0 || end < start)
                throw new IllegalArgumentException("range [" + start + ", " + end + ") is not a range");
        }
    }
}
