package dev.tunedrop.trainer.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;

/// Where a frozen base keeps the embedding that is only looked up, a head of its own beside it: 0.98 GiB of an 8B
/// model, of which a micro-batch reads a few rows. On a GPU whose memory is short it waits in host memory, and those
/// rows are gathered there.
final class LookupTable {

    /// What the allocator rounds up.
    private static final double ALLOCATOR = 1.1;

    /// Adapter, activations, one opened matrix and a chunk of logits, at the least.
    private static final long WORK = 3L << 30;

    /// Bits of an NF4 weight with its scales.
    private static final double NF4_BITS = 4.127;

    private LookupTable() {}

    /// The manager of the base's embedding.
    static NDManager home(ModelConfig config, BaseOptions options, NDManager base) {
        Device device = base.getDevice();
        if (!device.isGpu() || config.tiedHead()) return base;
        long free = LibTorch.gpuMemory(device.getDeviceId()).freeBytes();
        return waitsOnHost(config, options, free) ? base.newSubManager(Device.cpu()) : base;
    }

    /// Whether memory is short: it was asked for, or what is at rest leaves too little of the free bytes.
    static boolean waitsOnHost(ModelConfig config, BaseOptions options, long free) {
        if (options.activationBytes() == 0) return true;
        return options.activationBytes() == BaseOptions.AUTOMATIC && ALLOCATOR * atRest(config, options) + WORK > free;
    }

    /// Bytes of linear maps, embedding and head.
    private static double atRest(ModelConfig config, BaseOptions options) {
        int wide = options.compute() == DataType.BFLOAT16 ? 2 : 4;
        double linear = 0;
        for (LinearMap map : config.linearMaps()) linear += (double) map.rows() * map.columns();
        double table = (double) config.vocabulary() * config.hidden();
        return linear * (options.quantised() ? NF4_BITS / 8 : wide) + 2 * table * wide;
    }
}
