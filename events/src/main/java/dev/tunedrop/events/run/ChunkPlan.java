package dev.tunedrop.events.run;

import java.util.List;

/// How a dropped file is cut into byte ranges. A range owns every line that *starts* inside it.
public record ChunkPlan(DropRef drop, List<ByteRange> chunks) {

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
