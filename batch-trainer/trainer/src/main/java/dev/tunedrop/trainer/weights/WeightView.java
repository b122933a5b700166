package dev.tunedrop.trainer.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.artefact.TensorInfo;

/// One floating-point tensor in a mapped file: valid while the file is open.
///
/// @param dtype F32, BF16 or F16
/// @param bytes little-endian, row-major, not necessarily aligned
@SuppressWarnings("ArrayRecordComponent") // a shape; views are never compared
public record WeightView(Path file, String name, DType dtype, long[] shape, MemorySegment bytes) {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// @throws UserMistake when the tensor is of no floating-point type that models use
    public static WeightView of(Safetensors file, String name) {
        TensorInfo info = file.tensor(name);
        return switch (info.dtype()) {
            case F32, BF16, F16 -> new WeightView(file.file(), name, info.dtype(), info.dimensions(), file.bytes(name));
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, F64, I64, U64 ->
                throw new UserMistake("%s: tensor %s is of type %s. Use a checkpoint in F32, BF16 or F16"
                        .formatted(file.file(), name, info.dtype()));
        };
    }

    /// Refuses another shape than `expected`.
    public void mustBe(long... expected) {
        if (!Arrays.equals(shape, expected))
            throw new UserMistake("%s: %s must be %s by config.json, was %s. Fetch the base model again"
                    .formatted(file, name, Arrays.toString(expected), Arrays.toString(shape)));
    }

    public long elements() {
        return bytes.byteSize() / dtype.bytes();
    }

    /// Elements `from` … `from + count` widened to fp32, which is exact for all three types.
    public void read(long from, float[] into, int count) {
        switch (dtype) {
            case F32 -> MemorySegment.copy(bytes, FLOAT, from * Float.BYTES, into, 0, count);
            case BF16 -> {
                short[] halves = halves(from, count);
                for (int i = 0; i < count; i++) into[i] = Float.intBitsToFloat(halves[i] << 16);
            }
            case F16 -> {
                short[] halves = halves(from, count);
                for (int i = 0; i < count; i++) into[i] = Float.float16ToFloat(halves[i]);
            }
            default -> throw new IllegalStateException("no floating-point type: " + dtype);
        }
    }

    /// A copy first: a plain loop over an array is compiled to vector instructions, one over a mapped file is not.
    private short[] halves(long from, int count) {
        short[] halves = new short[count];
        MemorySegment.copy(bytes, SHORT, from * Short.BYTES, halves, 0, count);
        return halves;
    }

    /// All elements as fp32; for tensors that fit into one array.
    public float[] floats() {
        float[] values = new float[Math.toIntExact(elements())];
        read(0, values, values.length);
        return values;
    }
}
