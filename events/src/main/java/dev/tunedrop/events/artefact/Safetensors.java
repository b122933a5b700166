package dev.tunedrop.events.artefact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.OptionalLong;

import dev.tunedrop.events.json.InvalidDocument;

/// A safetensors file, mapped into memory: 8 bytes little-endian header length n, n bytes of JSON, then the tensors'
/// bytes, little-endian and row-major. Files larger than 2 GiB are mapped whole.
///
/// Opening checks everything that the header promises (see [SafetensorsHeader]) against the file's length, so that a
/// tensor handed out afterwards is wholly there. Values are not looked at; [#firstNonFinite] does that.
///
/// Format: https://github.com/huggingface/safetensors
public final class Safetensors implements AutoCloseable {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final Arena arena;
    private final MemorySegment data;
    private final SafetensorsHeader header;

    private Safetensors(Path file, Arena arena, MemorySegment data, SafetensorsHeader header) {
        this.file = file;
        this.arena = arena;
        this.data = data;
        this.header = header;
    }

    /// @throws InvalidDocument when the file is not a whole and well-formed safetensors file
    public static Safetensors open(Path file) {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < 8)
                throw new InvalidDocument(
                        file + ": is not a safetensors file: it has " + size + " bytes, and the header alone takes 8");
            MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            long headerBytes = all.get(LONG, 0);
            if (headerBytes < 2 || headerBytes > SafetensorsHeader.MAX_BYTES)
                throw new InvalidDocument(file + ": is not a safetensors file: its header says it has "
                        + Long.toUnsignedString(headerBytes) + " bytes; the format allows 2 to "
                        + SafetensorsHeader.MAX_BYTES);
            if (headerBytes > size - 8)
                throw new InvalidDocument(file + ": is cut short: its header takes " + headerBytes
                        + " bytes, and the file ends after " + (size - 8) + " of them; fetch it again");
            byte[] json = all.asSlice(8, headerBytes).toArray(ValueLayout.JAVA_BYTE);
            MemorySegment data = all.asSlice(8 + headerBytes);
            SafetensorsHeader header = SafetensorsHeader.parse(json, data.byteSize(), file.toString());
            opened = true;
            return new Safetensors(file, arena, data, header);
        } catch (NoSuchFileException e) {
            throw new InvalidDocument(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        } finally {
            if (!opened) arena.close();
        }
    }

    public Path file() {
        return file;
    }

    /// The tensors by name, in the order of their bytes.
    public Map<String, TensorInfo> tensors() {
        return header.tensors();
    }

    /// The header's `__metadata__`; empty when there is none.
    public Map<String, String> metadata() {
        return header.metadata();
    }

    public TensorInfo tensor(String name) {
        TensorInfo info = header.tensors().get(name);
        if (info == null) throw new InvalidDocument(file + ": holds no tensor " + name);
        return info;
    }

    /// The tensor's bytes: read-only, valid until [#close()], not necessarily aligned.
    public MemorySegment bytes(String name) {
        TensorInfo info = tensor(name);
        return data.asSlice(info.begin(), info.byteSize());
    }

    /// The place, in elements, of the first NaN or infinity; empty when all are finite or the type has neither.
    public OptionalLong firstNonFinite(String name) {
        return FiniteScan.first(tensor(name).dtype(), bytes(name));
    }

    /// @throws InvalidDocument naming the tensor, when it holds a NaN or an infinity
    public void requireFinite(String name) {
        OptionalLong place = firstNonFinite(name);
        if (place.isPresent())
            throw new InvalidDocument("%s: tensor %s holds NaN or infinity at element %d; fetch or make the file again"
                    .formatted(file, name, place.getAsLong()));
    }

    @Override
    public void close() {
        arena.close();
    }
}
