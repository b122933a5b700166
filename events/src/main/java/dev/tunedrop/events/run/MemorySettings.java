package dev.tunedrop.events.run;

import static dev.tunedrop.events.run.RunSettings.require;

import org.jspecify.annotations.Nullable;

/// What is done to fit the device. Only `optimizer` changes what a run computes.
///
/// @param microBatchTokens tokens that pass through the model at once; absent: as many as the memory allows
/// @param optimizer how the optimiser's moments are held
/// @param pageOptimizer moments live in host memory and visit the device for the step
/// @param offloadActivations activations kept for the backward pass live in pinned host memory
public record MemorySettings(
        @Nullable Integer microBatchTokens, Optimizer optimizer, boolean pageOptimizer, boolean offloadActivations) {

    public enum Optimizer {
        /// Moments in fp32: 8 bytes a trained weight.
        ADAMW,
        /// Moments in blocks of 256 with an 8-bit code book: about 2 bytes a trained weight.
        ADAMW_8BIT
    }

    public MemorySettings {
        require(
                microBatchTokens == null || microBatchTokens >= 8,
                "memory.microBatchTokens must be at least 8, was " + microBatchTokens);
    }
}
