package dev.tunedrop.events.artefact;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// Writes safetensors files whose bytes depend on their content alone: wide types first, then by name (upstream's
/// order), metadata sorted, header padded to 8 bytes. Tensors stream from where they are; no copy of the file is held.
public final class SafetensorsWriter {

    private static final int PIECE_BYTES = 1 << 24;

    private SafetensorsWriter() {}

    /// One tensor to write; `body` is called once, when its turn comes, and must write exactly its bytes.
    public record Tensor(String name, DType dtype, List<Long> shape, AtomicFile.Body body) {

        public Tensor {
            shape = List.copyOf(shape);
        }

        public static Tensor of(String name, DType dtype, long[] shape, AtomicFile.Body body) {
            return new Tensor(name, dtype, boxed(shape), body);
        }

        /// From little-endian bytes in memory, a mapped file's included.
        public static Tensor of(String name, DType dtype, long[] shape, MemorySegment bytes) {
            return new Tensor(name, dtype, boxed(shape), out -> copy(bytes, out));
        }

        public static Tensor ofFloats(String name, long[] shape, float... values) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return of(name, DType.F32, shape, MemorySegment.ofBuffer(bytes));
        }

        public long byteSize() {
            return TensorInfo.byteSize(dtype, shape);
        }

        private static List<Long> boxed(long[] shape) {
            return java.util.Arrays.stream(shape).boxed().toList();
        }
    }

    /// Writes the file atomically, see [AtomicFile].
    ///
    /// @throws IOException as the file system says; the file is then as it was
    public static void write(Path file, Map<String, String> metadata, Collection<Tensor> tensors) throws IOException {
        List<Tensor> ordered = tensors.stream()
                .sorted(Comparator.comparingInt((Tensor t) -> t.dtype().bytes())
                        .reversed()
                        .thenComparing(Tensor::name))
                .toList();
        byte[] header = header(metadata, ordered);
        AtomicFile.write(file, out -> {
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            AtomicFile.writeFully(out, length.putLong(header.length).flip());
            AtomicFile.writeFully(out, ByteBuffer.wrap(header));
            for (Tensor tensor : ordered) {
                Counting counting = new Counting(out);
                tensor.body().writeTo(counting);
                if (counting.written != tensor.byteSize())
                    throw new IllegalStateException("tensor %s of shape %s takes %d bytes, and %d were written"
                            .formatted(tensor.name(), tensor.shape(), tensor.byteSize(), counting.written));
            }
        });
    }

    /// Writes a segment of any size to a channel.
    public static void copy(MemorySegment bytes, WritableByteChannel out) throws IOException {
        for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
            long piece = Math.min(PIECE_BYTES, bytes.byteSize() - at);
            AtomicFile.writeFully(out, bytes.asSlice(at, piece).asByteBuffer());
        }
    }

    private static byte[] header(Map<String, String> metadata, List<Tensor> ordered) {
        ObjectNode header = Json.mapper().createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode entries = header.putObject(SafetensorsHeader.METADATA);
            new TreeMap<>(metadata).forEach(entries::put);
        }
        Set<String> seen = new HashSet<>();
        long at = 0;
        for (Tensor tensor : ordered) {
            if (!seen.add(tensor.name()) || tensor.name().equals(SafetensorsHeader.METADATA))
                throw new IllegalArgumentException("two tensors are named " + tensor.name());
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", tensor.dtype().name());
            var shape = entry.putArray("shape");
            tensor.shape().forEach(shape::add);
            long end = Math.addExact(at, tensor.byteSize());
            entry.putArray("data_offsets").add(at).add(end);
            at = end;
        }
        String json = Json.writeLine(header);
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > SafetensorsHeader.MAX_BYTES)
            throw new IllegalArgumentException(
                    "the header would take " + bytes + " bytes; the format allows " + SafetensorsHeader.MAX_BYTES);
        return (json + " ".repeat(Math.floorMod(-bytes, 8))).getBytes(StandardCharsets.UTF_8);
    }

    private static final class Counting implements WritableByteChannel {
        private final WritableByteChannel out;
        private long written;

        Counting(WritableByteChannel out) {
            this.out = out;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = out.write(bytes);
            written += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() {
            // the file's own writer closes it
        }
    }
}
