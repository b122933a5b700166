package dev.tunedrop.trainer.model;

import java.lang.foreign.MemorySegment;
import java.util.stream.LongStream;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.op.Casts;
import dev.tunedrop.trainer.weights.WeightView;

/// Brings tensors from mapped files to the device, in one precision.
public record HostTensors(NDManager manager, DataType type) {

    /// Bytes that one thread copies before it takes others.
    private static final long CHUNK = 1 << 22;

    /// A copy of the tensor in the manager.
    public NDArray dense(WeightView view) {
        DataType stored = switch (view.dtype()) {
            case F32 -> DataType.FLOAT32;
            case BF16 -> DataType.BFLOAT16;
            case F16 -> DataType.FLOAT16;
            default -> throw new IllegalStateException("no floating-point type: " + view.dtype());
        };
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            NDArray raw = host.create(new Shape(view.shape()), stored);
            copy(view.bytes(), Ops.segment(raw));
            NDArray cast = Casts.to(type, raw);
            NDArray there = manager.getDevice().isGpu() ? Ops.toDevice(cast, manager.getDevice(), manager) : cast;
            there.attach(manager);
            return there;
        }
    }

    /// On every core: out of a mapped file, one alone is slower than the disk.
    private static void copy(MemorySegment from, MemorySegment to) {
        long bytes = from.byteSize();
        LongStream chunks = LongStream.range(0, Math.ceilDiv(bytes, CHUNK));
        (bytes > CHUNK ? chunks.parallel() : chunks).forEach(chunk -> {
            long start = chunk * CHUNK;
            MemorySegment.copy(from, start, to, start, Math.min(CHUNK, bytes - start));
        });
    }
}
