package dev.tunedrop.trainer.model;

import ai.djl.Device;

import dev.tunedrop.libtorch.LibTorch;

/// How much of a device may hold activations for the backward pass, and whether memory is so short that only one
/// weight matrix is open at a time.
///
/// @param bytes for activations; what a pass needs beyond them it computes again
/// @param opensBriefly whether a matrix is opened for each product, three times a pass instead of twice
record ActivationBudget(long bytes, boolean opensBriefly) {

    /// On a CPU, where other work wants memory too.
    private static final long ON_CPU = 1L << 30;

    /// Two moments in fp32, which the optimiser takes later; master, gradient and copy are held already.
    private static final long BYTES_A_TRAINED_WEIGHT = 8;

    /// Logits of a chunk, gradients of one layer's activations, the optimiser's work, and what the allocator rounds up.
    private static final long RESERVED = 3L << 30;

    private static final double USABLE = 0.95;

    /// Layers whose opened weights must fit beside everything else for a layer's to stay open.
    private static final int ROOM_IN_LAYERS = 8;

    /// @param trainedWeights how many the optimiser will keep moments of
    /// @param openBytes of the largest layer's weights, all open
    static ActivationBudget of(BaseOptions options, Device device, long trainedWeights, long openBytes) {
        if (options.activationBytes() != BaseOptions.AUTOMATIC)
            return new ActivationBudget(options.activationBytes(), options.activationBytes() == 0);
        if (!device.isGpu()) return new ActivationBudget(ON_CPU, false);
        return ofFree(LibTorch.gpuMemory(device.getDeviceId()).freeBytes(), trainedWeights, openBytes);
    }

    /// Of a device with so many free bytes.
    static ActivationBudget ofFree(long free, long trainedWeights, long openBytes) {
        long left = (long) (free * USABLE) - BYTES_A_TRAINED_WEIGHT * trainedWeights - RESERVED;
        return new ActivationBudget(Math.max(1, left), left < ROOM_IN_LAYERS * openBytes);
    }
}
