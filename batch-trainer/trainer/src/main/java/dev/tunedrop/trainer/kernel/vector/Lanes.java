package dev.tunedrop.trainer.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Numbers between LibTorch's memory, fp32 or bf16, and arrays in fp32; what every kernel computes with.
final class Lanes {

    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

    /// Numbers of one vector.
    static final int COUNT = FLOATS.length();

    private static final VectorSpecies<Short> HALVES =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int NAN = 0x7FC0;
    private static final int HALF_LESS_ONE = 0x7FFF;

    private Lanes() {}

    /// The next multiple of a vector's length.
    static int padded(int count) {
        return Math.ceilDiv(count, COUNT) * COUNT;
    }

    static void read(boolean bf16, long address, float[] into, int at, int count) {
        if (bf16) readBf16(address, into, at, count);
        else MemorySegment.copy(MEMORY, ValueLayout.JAVA_FLOAT_UNALIGNED, address, into, at, count);
    }

    static void write(boolean bf16, float[] from, int at, long address, int count) {
        if (bf16) writeBf16(from, at, address, count);
        else MemorySegment.copy(from, at, MEMORY, ValueLayout.JAVA_FLOAT_UNALIGNED, address, count);
    }

    private static void readBf16(long address, float[] into, int at, int count) {
        int i = 0;
        for (; i <= count - COUNT; i += COUNT)
            widened(ShortVector.fromMemorySegment(HALVES, MEMORY, address + 2L * i, ORDER))
                    .intoArray(into, at + i);
        for (; i < count; i++)
            into[at + i] = Float.intBitsToFloat(MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, address + 2L * i) << 16);
    }

    private static FloatVector widened(ShortVector halves) {
        IntVector bits = (IntVector) halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
        return bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    private static void writeBf16(float[] from, int at, long address, int count) {
        int i = 0;
        for (; i <= count - COUNT; i += COUNT) {
            IntVector bits = upper(FloatVector.fromArray(FLOATS, from, at + i));
            ((ShortVector) bits.convertShape(VectorOperators.I2S, HALVES, 0))
                    .intoMemorySegment(MEMORY, address + 2L * i, ORDER);
        }
        for (; i < count; i++)
            MEMORY.set(ValueLayout.JAVA_SHORT_UNALIGNED, address + 2L * i, (short) upper(from[at + i]));
    }

    /// The upper half of each number, rounded to nearest, ties to even; a NaN stays one.
    private static IntVector upper(FloatVector numbers) {
        IntVector bits = numbers.reinterpretAsInts();
        IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
        IntVector rounded = bits.add(odd).add(HALF_LESS_ONE).lanewise(VectorOperators.LSHR, 16);
        VectorMask<Integer> nan = numbers.test(VectorOperators.IS_NAN).cast(INTS);
        return rounded.blend(NAN, nan);
    }

    private static int upper(float number) {
        if (Float.isNaN(number)) return NAN;
        int bits = Float.floatToRawIntBits(number);
        return (bits + HALF_LESS_ONE + (bits >>> 16 & 1)) >>> 16;
    }

    /// The numbers as bf16 has them.
    static FloatVector roundedToBf16(FloatVector numbers) {
        return upper(numbers).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    static FloatVector all(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    static FloatVector at(float[] numbers, int index) {
        return FloatVector.fromArray(FLOATS, numbers, index);
    }

    /// Σ of the lanes from the first to the last.
    ///
    /// @param scratch one vector's numbers
    static float sum(FloatVector lanes, float[] scratch) {
        lanes.intoArray(scratch, 0);
        float sum = 0;
        for (int i = 0; i < COUNT; i++) sum += scratch[i];
        return sum;
    }

    static int intAt(long address, long index) {
        return MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, address + Integer.BYTES * index);
    }

    static long longAt(long address, long index) {
        return MEMORY.get(ValueLayout.JAVA_LONG_UNALIGNED, address + Long.BYTES * index);
    }

    static float floatAt(long address, long index) {
        return MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address + Float.BYTES * index);
    }

    static void put(long address, long index, float value) {
        MEMORY.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address + Float.BYTES * index, value);
    }
}
