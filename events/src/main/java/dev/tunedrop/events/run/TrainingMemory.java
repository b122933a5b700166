package dev.tunedrop.events.run;

import dev.tunedrop.events.run.RunSettings.Compute;
import dev.tunedrop.events.run.RunSettings.Method;

/// The device memory of a training step with recompute, by counting what is held at its peak, which is in the backward
/// of a layer's feed-forward part. P linear weights, E table weights (embedding and head), R trained weights, T tokens
/// of a micro-batch, C hidden, F intermediate, K key/value width, L layers, b bytes of the compute type:
///
/// ```
/// weights    qlora 4.127/8 P + b E      lora b (P + E)      full b (P + E)
/// trained    (4 + 4 + b) R              fp32 master and gradient, the copy that computes (full: weights are that copy)
/// moments    8 R, or 2 R in 8 bits, or 0 when they live with the host
/// inputs     b L T C                    0 when they live with the host
/// peak       b (3 T F + 6 T C + 2 T K + the largest matrix where it is opened from NF4)
/// logits     2 * 4 V min(T, 1024)       a chunk and its gradient
/// ```
///
/// What an allocator rounds up and a device keeps for itself comes on top: [#onDevice()].
public record TrainingMemory(
        double weights, double trained, double moments, double inputs, double peak, double logits) {

    /// NF4 with double quantisation, in bytes a weight.
    public static final double NF4_BYTES = 4.127 / 8;

    private static final double FP32_BYTES = 4;
    private static final double LOGIT_CHUNK_TOKENS = 1024;
    private static final double ALLOCATOR = 1.10;
    private static final double CONTEXT = 0.7 * (1L << 30);

    /// The sizes that count.
    public record Sizes(
            double linearWeights,
            double tableWeights,
            double largestMatrix,
            double layers,
            double hidden,
            double intermediate,
            double keyWidth,
            double vocabulary) {}

    /// @param trainedWeights R: an adapter's, or all for a full run
    /// @param tokens T of a micro-batch
    public static TrainingMemory of(
            Sizes sizes, Method method, Compute compute, MemorySettings held, double trainedWeights, double tokens) {
        double type = compute == Compute.BF16 ? 2 : FP32_BYTES;
        boolean opened = method == Method.QLORA;
        double linear = opened ? NF4_BYTES : type;
        double copy = method == Method.FULL ? 0 : type;
        double moment =
                held.pageOptimizer() ? 0 : held.optimizer() == MemorySettings.Optimizer.ADAMW ? 2 * FP32_BYTES : 2;
        double values = tokens * (3 * sizes.intermediate() + 6 * sizes.hidden() + 2 * sizes.keyWidth());
        return new TrainingMemory(
                linear * sizes.linearWeights() + type * sizes.tableWeights(),
                trainedWeights * (2 * FP32_BYTES + copy),
                trainedWeights * moment,
                held.offloadActivations() ? 0 : type * sizes.layers() * tokens * sizes.hidden(),
                type * (values + (opened ? sizes.largestMatrix() : 0)),
                2 * FP32_BYTES * sizes.vocabulary() * Math.min(tokens, LOGIT_CHUNK_TOKENS));
    }

    /// Bytes between steps.
    public double rest() {
        return weights + trained + moments;
    }

    /// Bytes that a device must have, with what its allocator and its context take.
    public double onDevice() {
        return (rest() + inputs + peak + logits) * ALLOCATOR + CONTEXT;
    }
}
