package dev.tunedrop.trainer.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;

/// Dequantises on the CPU in one pass: 16 scaled code points a block, then two look-ups a byte.
final class Nf4Cpu {

    private static final int BYTES = Nf4.BLOCK / 2;
    private static final int BLOCKS_PER_TASK = 1 << 10;
    private static final float[] CODE = Nf4.code();
    private static final float[] DYNAMIC = DynamicCode.code();

    private Nf4Cpu() {}

    static NDArray open(Nf4Weight weight, NDManager scope) {
        NDArray w = scope.create(new Shape(weight.rows(), weight.columns()), weight.compute());
        Pass pass = new Pass(
                Ops.segment(weight.packed()),
                Ops.segment(weight.scaleCodes()),
                Ops.segment(weight.nestedAbsmax()),
                weight.offset(),
                Ops.segment(w),
                weight.rows() * weight.columns());
        boolean wide = weight.compute() == DataType.FLOAT32;
        if (!wide && weight.compute() != DataType.BFLOAT16)
            throw new IllegalArgumentException("NF4 opens as FLOAT32 or BFLOAT16, not " + weight.compute());
        int blocks = Math.toIntExact(Math.ceilDiv(pass.elements, (long) Nf4.BLOCK));
        int tasks = Math.ceilDiv(blocks, BLOCKS_PER_TASK);
        IntStream range = IntStream.range(0, tasks);
        (tasks > 1 ? range.parallel() : range).forEach(task -> {
            int to = Math.min(blocks, (task + 1) * BLOCKS_PER_TASK);
            if (wide) pass.floats(task * BLOCKS_PER_TASK, to);
            else pass.bf16(task * BLOCKS_PER_TASK, to);
        });
        return w;
    }

    private record Pass(
            MemorySegment packed,
            MemorySegment scaleCodes,
            MemorySegment nestedAbsmax,
            float offset,
            MemorySegment out,
            long elements) {

        private float scale(long block) {
            int code = scaleCodes.get(ValueLayout.JAVA_BYTE, block) & 0xFF;
            return DYNAMIC[code] * nestedAbsmax.getAtIndex(ValueLayout.JAVA_FLOAT, block / Nf4.NESTED_BLOCK) + offset;
        }

        void floats(int from, int to) {
            float[] scaled = new float[CODE.length];
            float[] values = new float[Nf4.BLOCK];
            for (long block = from; block < to; block++) {
                float scale = scale(block);
                for (int i = 0; i < scaled.length; i++) scaled[i] = CODE[i] * scale;
                for (int i = 0; i < BYTES; i++) {
                    int both = packed.get(ValueLayout.JAVA_BYTE, block * BYTES + i);
                    values[2 * i] = scaled[both >> 4 & 0xF];
                    values[2 * i + 1] = scaled[both & 0xF];
                }
                long first = block * Nf4.BLOCK;
                int count = (int) Math.min(Nf4.BLOCK, elements - first);
                MemorySegment.copy(values, 0, out, ValueLayout.JAVA_FLOAT, first * Float.BYTES, count);
            }
        }

        void bf16(int from, int to) {
            short[] scaled = new short[CODE.length];
            short[] values = new short[Nf4.BLOCK];
            for (long block = from; block < to; block++) {
                float scale = scale(block);
                for (int i = 0; i < scaled.length; i++) scaled[i] = bf16(CODE[i] * scale);
                for (int i = 0; i < BYTES; i++) {
                    int both = packed.get(ValueLayout.JAVA_BYTE, block * BYTES + i);
                    values[2 * i] = scaled[both >> 4 & 0xF];
                    values[2 * i + 1] = scaled[both & 0xF];
                }
                long first = block * Nf4.BLOCK;
                int count = (int) Math.min(Nf4.BLOCK, elements - first);
                MemorySegment.copy(values, 0, out, ValueLayout.JAVA_SHORT, first * Short.BYTES, count);
            }
        }

        /// Round to nearest, ties to even; no NaN comes here.
        private static short bf16(float value) {
            int bits = Float.floatToRawIntBits(value);
            return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
        }
    }
}
