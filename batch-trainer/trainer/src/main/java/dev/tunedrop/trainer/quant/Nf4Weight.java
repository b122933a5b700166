package dev.tunedrop.trainer.quant;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.libtorch.abi.Present;
import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Fused;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Trial;

/// An NF4 weight with double quantisation on a device.
///
/// ```
/// scale = dynamic[scaleCodes] · nestedAbsmax + offset     one for 64 weights
/// w     = nf4[code] · scale                               in fp32, then rounded to compute precision
/// ```
///
/// A GPU has a kernel for it; its twin by tensor operations looks a whole byte up at once in a table of 256 pairs. The
/// CPU has its own fused loop, [Nf4Cpu].
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

    private static final Fused FUSED = new Fused(Kernel.NF4_OPEN, 0, 0, Nf4Weight::trial);
    private static final int WEIGHTS_A_THREAD = 16;
    private static final long BYTES = Nf4.BLOCK / 2;

    /// 2²⁵ weights.
    private static final long BLOCKS_AT_ONCE = (1L << 25) / Nf4.BLOCK;

    private static final float RANDOM_SCALE = 0.04f;
    private static final float RANDOM_SPREAD = 0.005f;

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

    /// Random codes and scales, made on the manager's device for measurements; values of about N(0, 0.02²).
    public static Nf4Weight random(NDManager manager, long rows, long columns, DataType compute) {
        long blocks = Math.ceilDiv(Math.multiplyExact(rows, columns), (long) Nf4.BLOCK);
        long nested = Math.ceilDiv(blocks, (long) Nf4.NESTED_BLOCK);
        NDArray packed = manager.create(new Shape(blocks * (Nf4.BLOCK / 2)), DataType.UINT8);
        NDArray scaleCodes = manager.create(new Shape(nested * Nf4.NESTED_BLOCK), DataType.UINT8);
        return new Nf4Weight(
                anyBytes(packed),
                anyBytes(scaleCodes),
                manager.full(new Shape(nested, 1), RANDOM_SPREAD, DataType.FLOAT32),
                RANDOM_SCALE,
                rows,
                columns,
                compute);
    }

    /// From LibTorch's own generator, whose seed is the same in every process.
    private static NDArray anyBytes(NDArray bytes) {
        return Aten.inPlace("aten::random_", "from", bytes, 0, new Present(256), null);
    }

    private static NDArray bytes(NDManager manager, byte[] values, int length) {
        byte[] padded = values.length == length ? values : Arrays.copyOf(values, length);
        return manager.create(ByteBuffer.wrap(padded), new Shape(length), DataType.UINT8);
    }

    @Override
    public NDArray open(NDManager scope) {
        Bound kernel = FUSED.on(scope.getDevice(), compute);
        if (kernel != null) return fused(kernel, scope);
        return scope.getDevice().isGpu() ? onDevice(scope) : Nf4Cpu.open(this, scope);
    }

    /// Moves 2.5 bytes a weight in bf16, where [#onDevice] moves about 14.
    private NDArray fused(Bound kernel, NDManager scope) {
        NDArray w = scope.create(new Shape(rows, columns), compute);
        Nf4Tables tables = Nf4Tables.on(scope.getDevice());
        long elements = rows * columns;
        kernel.each(
                "",
                elements,
                WEIGHTS_A_THREAD,
                packed,
                scaleCodes,
                nestedAbsmax,
                tables.code(),
                tables.dynamic(),
                offset,
                w,
                elements);
        return w;
    }

    private static List<Trial.Pair> trial(Bound kernel, NDManager manager, DataType type) {
        float[] values = Trial.normal(manager, DataType.FLOAT32, 1, 331, 59).toFloatArray();
        Nf4.Source source = (from, into, count) -> System.arraycopy(values, (int) from, into, 0, count);
        Nf4Weight weight = quantise(manager, source, 331, 59, type);
        return List.of(new Trial.Pair(weight.fused(kernel, manager), weight.onDevice(manager)));
    }

    /// The same values by tensor operations, on any device. Nothing here waits for the device: the tables are there
    /// already. A range of blocks at a time, since codes widened for the look-up take six bytes a weight.
    NDArray onDevice(NDManager scope) {
        return onDevice(scope, BLOCKS_AT_ONCE);
    }

    NDArray onDevice(NDManager scope, long blocksAtOnce) {
        long blocks = packed.getShape().size() / BYTES;
        NDArray w = scope.create(new Shape(rows, columns), compute);
        boolean whole = rows * columns == blocks * Nf4.BLOCK;
        Nf4Tables tables = Nf4Tables.on(scope.getDevice());
        try (NDManager work = scope.newSubManager()) {
            NDArray scales = scales(tables, work);
            Shape shape = new Shape(blocks, Nf4.BLOCK);
            NDArray values = whole ? Ops.view(alias(work, w), shape) : work.create(shape, compute);
            for (long from = 0; from < blocks; from += blocksAtOnce)
                open(tables, scales, values, from, Math.min(blocksAtOnce, blocks - from), work);
            if (!whole) {
                NDArray used = Ops.narrow(Ops.view(values, new Shape(blocks * Nf4.BLOCK)), 0, 0, rows * columns);
                Ops.copy_(w, Ops.view(used, w.getShape()));
            }
            return w;
        }
    }

    /// One scale a block, and some that no block has (nested · 256, 1).
    private NDArray scales(Nf4Tables tables, NDManager work) {
        NDArray index = Ops.cast(alias(work, scaleCodes), DataType.INT32);
        NDArray looked = Ops.indexSelect(alias(work, tables.dynamic()), 0, index);
        NDArray scales = Ops.view(looked, new Shape(nestedAbsmax.getShape().get(0), Nf4.NESTED_BLOCK));
        Ops.mul_(scales, nestedAbsmax);
        return Ops.view(scales.add(offset), new Shape(scales.getShape().size(), 1));
    }

    /// Writes blocks `from` … `from + count` of `values`; the product is rounded to compute precision as it is written.
    private void open(Nf4Tables tables, NDArray scales, NDArray values, long from, long count, NDManager parent) {
        try (NDManager work = parent.newSubManager()) {
            NDArray bytes = Ops.narrow(alias(work, packed), 0, from * BYTES, count * BYTES);
            NDArray index = Ops.cast(bytes, DataType.INT32);
            NDArray pairs = Ops.indexSelect(alias(work, tables.pairs()), 0, index);
            index.close();
            NDArray codes = Aten.one("aten::view", "dtype", pairs, DataType.FLOAT32);
            Aten.into(
                    Ops.narrow(alias(work, values), 0, from, count),
                    "aten::mul",
                    "out",
                    Ops.view(codes, new Shape(count, Nf4.BLOCK)),
                    Ops.narrow(alias(work, scales), 0, from, count));
        }
    }

    private static NDArray alias(NDManager scope, NDArray array) {
        return ((LtNDArray) array).alias(scope);
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
