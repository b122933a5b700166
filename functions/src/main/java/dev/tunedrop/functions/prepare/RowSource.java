package dev.tunedrop.functions.prepare;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.ChunkPlan.ByteRange;
import dev.tunedrop.events.run.ChunkPlan.Framing;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Objects.Head;
import dev.tunedrop.functions.dataset.FileKind;
import dev.tunedrop.functions.dataset.GzipMember;

/// Where the rows of a drop are read from, and in which ranges. An archive is unpacked once, beside the run's other
/// files, so that ranges can be cut; a JSON array is one range, because nobody can tell where an element starts without
/// having read what is before it.
final class RowSource {

    static final long CHUNK_BYTES = 8L << 20;
    static final int MOST_CHUNKS = 200;

    /// What one function can read in one go.
    static final long MOST_ARRAY_BYTES = 1L << 30;

    private final Cloud cloud;
    private final RunFiles files;

    RowSource(Cloud cloud, RunFiles files) {
        this.cloud = cloud;
        this.files = files;
    }

    ChunkPlan plan(DropRef drop, long sizeBytes) {
        byte[] head = head(drop, sizeBytes);
        if (!FileKind.gzip(head)) return plan(drop, sizeBytes, head, null);
        Path file = unpack(drop, sizeBytes);
        try {
            cloud.artefacts().put(files.unpacked(), file, "application/octet-stream");
            Head stored = cloud.artefacts().head(files.unpacked()).orElseThrow();
            ChunkPlan.Unpacked unpacked =
                    new ChunkPlan.Unpacked(files.unpacked(), "etag:" + stored.etag(), stored.sizeBytes());
            return plan(drop, stored.sizeBytes(), headOf(file), unpacked);
        } catch (IOException e) {
            throw new TransientFailure(cloud.drops().address(drop.key()) + ": unpacking it broke off", e);
        } finally {
            delete(file);
        }
    }

    private static ChunkPlan plan(DropRef drop, long sizeBytes, byte[] head, ChunkPlan.@Nullable Unpacked unpacked) {
        if (!FileKind.array(head)) return new ChunkPlan(drop, chunks(sizeBytes), unpacked, Framing.LINES);
        if (sizeBytes > MOST_ARRAY_BYTES)
            throw new Rejected(
                    "file-json-array",
                    "the file is one JSON array of %,d bytes, and more than %,d are read only as lines. Write its objects one per line (JSON Lines)."
                            .formatted(sizeBytes, MOST_ARRAY_BYTES));
        return new ChunkPlan(drop, List.of(new ByteRange(0, 0, sizeBytes)), unpacked, Framing.ARRAY);
    }

    private byte[] head(DropRef drop, long sizeBytes) {
        if (sizeBytes == 0) return new byte[0];
        try (InputStream in =
                cloud.drops().open(drop.key(), drop.version(), 0, Math.min(sizeBytes, FileKind.HEAD_BYTES))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new TransientFailure(cloud.drops().address(drop.key()) + ": reading it broke off", e);
        }
    }

    private static byte[] headOf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(FileKind.HEAD_BYTES);
        }
    }

    private Path unpack(DropRef drop, long sizeBytes) {
        try {
            Path file = Files.createTempFile("tunedrop-unpacked", ".tmp");
            boolean whole = false;
            try (InputStream packed = cloud.drops().open(drop.key(), drop.version(), 0, sizeBytes);
                    InputStream in = new GzipMember(new BufferedInputStream(packed))) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                whole = true;
                return file;
            } finally {
                if (!whole) Files.delete(file);
            }
        } catch (GzipMember.Refused e) {
            throw new Rejected(e.rule(), e.getMessage() + ". " + e.remedy(), e);
        } catch (IOException e) {
            throw new TransientFailure(cloud.drops().address(drop.key()) + ": unpacking it broke off", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new TransientFailure("cannot remove the temporary file " + file, e);
        }
    }

    /// Ranges that tile the file; at least one, so that an empty file is reported like any other.
    static List<ByteRange> chunks(long size) {
        long length = Math.max(CHUNK_BYTES, Math.ceilDiv(size, (long) MOST_CHUNKS));
        List<ByteRange> chunks = new ArrayList<>();
        long start = 0;
        do {
            long end = Math.min(size, start + length);
            chunks.add(new ByteRange(chunks.size(), start, end));
            start = end;
        } while (start < size);
        return chunks;
    }
}
