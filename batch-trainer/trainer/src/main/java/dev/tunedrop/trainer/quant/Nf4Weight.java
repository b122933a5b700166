package dev.tunedrop.trainer.quant;

import java.nio.ByteBuffer;
import java.util.Arrays;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;

/// An NF4 weight with double quantisation on a device.
///
/// ```
/// scale = dynamic[scaleCodes] · nestedAbsmax + offset     one for 64 weights
/// w     = nf4[code] · scale                               in fp32, then rounded to compute precision
/// ```
///
/// The device looks a whole byte up at once in a table of 256 pairs; the CPU has its own fused loop, [Nf4Cpu].
/// The last block and the last block of blocks are filled up with zeros.
///
/// @param packed two codes a byte (blocks · 32) uint8
/// @param scaleCodes (nested · 256) uint8
/// @param nestedAbsmax (nested, 1) fp32
/// @param offset mean of the scales
/// @param rows O
/// @param columns I
/// @param compute precision of [#open]
public record Nf4Weight(
        NDArray packed,
        NDArray scaleCodes,
        NDArray nestedAbsmax,
        float offset,
        long rows,
        long columns,
        DataType compute)
        implements StoredWeight {

    /// Quantises (O, I) values to the manager's device.
    public static Nf4Weight quantise(NDManager manager, Nf4.Source source, long rows, long columns, DataType compute) {
        long elements = Math.multiplyExact(rows, columns);
        Nf4.Blocks blocks = Nf4.quantise(source, elements);
        NestedScales nested = NestedScales.of(blocks.absmax());
        int packedBytes = Math.multiplyExact(blocks.absmax().length, Nf4.BLOCK / 2);
        int codes = Math.multiplyExact(nested.absmax().length, Nf4.NESTED_BLOCK);
        return new Nf4Weight(
                bytes(manager, blocks.packed(), packedBytes),
                bytes(manager, nested.codes(), codes),
                manager.create(nested.absmax(), new Shape(nested.absmax().length, 1)),
                nested.offset(),
                rows,
                columns,
                compute);
    }

    private static NDArray bytes(NDManager manager, byte[] values, int length) {
        byte[] padded = values.length == length ? values : Arrays.copyOf(values, length);
        return manager.create(ByteBuffer.wrap(padded), new Shape(length), DataType.UINT8);
    }

    @Override
    public NDArray open(NDManager scope) {
        return scope.getDevice().isGpu() ? onDevice(scope) : Nf4Cpu.open(this, scope);
    }

    /// The same values by tensor operations, on any device.
    NDArray onDevice(NDManager scope) {
        long blocks = packed.getShape().size() / (Nf4.BLOCK / 2);
        try (NDManager work = scope.newSubManager()) {
            NDArray scaleIndex = Ops.cast(alias(work, scaleCodes), DataType.INT32);
            NDArray dynamic = work.create(DynamicCode.code());
            NDArray scales = Ops.view(
                    Ops.indexSelect(dynamic, 0, scaleIndex),
                    new Shape(nestedAbsmax.getShape().get(0), Nf4.NESTED_BLOCK));
            Ops.mul_(scales, nestedAbsmax);
            NDArray shifted = scales.addi(offset);
            NDArray scale = Ops.view(
                    Ops.narrow(Ops.view(shifted, new Shape(scales.getShape().size())), 0, 0, blocks),
                    new Shape(blocks, 1));
            NDArray byteIndex = Ops.cast(alias(work, packed), DataType.INT32);
            NDArray pairs = Ops.indexSelect(work.create(pairTable(), new Shape(256, 2)), 0, byteIndex);
            NDArray values = Ops.view(pairs, new Shape(blocks, Nf4.BLOCK));
            Ops.mul_(values, scale);
            NDArray flat = Ops.narrow(Ops.view(values, new Shape(blocks * Nf4.BLOCK)), 0, 0, rows * columns);
            NDArray w = Ops.cast(Ops.view(flat, new Shape(rows, columns)), compute);
            w.attach(scope);
            return w;
        }
    }

    private static NDArray alias(NDManager scope, NDArray array) {
        return ((dev.tunedrop.libtorch.LtNDArray) array).alias(scope);
    }

    private static float[] pairTable() {
        float[] code = Nf4.code();
        float[] pairs = new float[512];
        for (int both = 0; both < 256; both++) {
            pairs[2 * both] = code[both >> 4];
            pairs[2 * both + 1] = code[both & 0xF];
        }
        return pairs;
    }

    @Override
    public long bytes() {
        return packed.getShape().size()
                + scaleCodes.getShape().size()
                + Float.BYTES * (nestedAbsmax.getShape().size() + 1);
    }

    @Override
    public long openBytes() {
        return rows * columns * compute.getNumOfBytes();
    }
}
