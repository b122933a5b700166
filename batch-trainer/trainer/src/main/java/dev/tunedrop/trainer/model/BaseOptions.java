package dev.tunedrop.trainer.model;

import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.RunSettings;

/// How a model is held and computed.
///
/// @param compute precision of activations and products: FLOAT32 or BFLOAT16
/// @param quantised whether the linear maps of the layers are kept in NF4
/// @param activationBytes how much may be spent on keeping activations for the backward pass; what does not fit is
///     computed again, and at 0 a weight is open for one product only; or [#AUTOMATIC]
/// @param keep what every layer keeps, whatever it takes; absent: as the bytes allow
/// @param offload when the layer inputs kept for computing again wait in host memory
public record BaseOptions(
        DataType compute,
        boolean quantised,
        long activationBytes,
        @Nullable Keep keep,
        Offload offload) {

    /// When layer inputs wait in host memory.
    public enum Offload {
        NEVER,
        /// Where the device is a GPU.
        FROM_GPU,
        /// On a CPU too, where it only costs: to rehearse it.
        ALWAYS
    }

    /// As many activation bytes as the device has room for when the model is made.
    public static final long AUTOMATIC = -1;

    public BaseOptions {
        if (compute != DataType.FLOAT32 && compute != DataType.BFLOAT16)
            throw new IllegalArgumentException("compute must be FLOAT32 or BFLOAT16, was " + compute);
    }

    public static BaseOptions of(DataType compute, boolean quantised) {
        return new BaseOptions(compute, quantised, AUTOMATIC, null, Offload.NEVER);
    }

    public static BaseOptions of(RunSettings settings) {
        DataType compute = switch (settings.compute()) {
            case FP32 -> DataType.FLOAT32;
            case BF16 -> DataType.BFLOAT16;
        };
        return of(compute, settings.method() == RunSettings.Method.QLORA)
                .withOffload(settings.memory().offloadActivations() ? Offload.FROM_GPU : Offload.NEVER);
    }

    public BaseOptions withActivationBytes(long bytes) {
        return new BaseOptions(compute, quantised, bytes, keep, offload);
    }

    public BaseOptions withOffload(Offload wanted) {
        return new BaseOptions(compute, quantised, activationBytes, keep, wanted);
    }

    public BaseOptions withKeep(Keep wanted) {
        return new BaseOptions(compute, quantised, activationBytes, wanted, offload);
    }
}
