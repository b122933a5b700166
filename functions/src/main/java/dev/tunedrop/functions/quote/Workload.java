package dev.tunedrop.functions.quote;

import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunSettings;

/// How much work a run is and how much memory it takes.
///
/// Operations per token, P being the weights a token passes through, H the hidden size, L the layers and S the row's
/// mean length: forward 2P, recompute 2P, backward to activations 2P (frozen weights have no gradient), and attention
/// 3 x 4 L H S / 2 (causal).
///
/// Memory: weights (NF4 with double quantisation: 4.127 bits; tables and, for `lora`, all weights in the compute type),
/// adapter with gradient and two moments in fp32 (16 bytes a weight), one kept activation per layer and one layer's
/// working set per token, a chunk of logits, and 10 % plus 0.7 GiB for the allocator and the device's context.
///
/// @param steps optimiser steps, as far as they can be told before rows are packed
record Workload(double tokens, double steps, double flops, double memoryGiB) {

    private static final double NF4_BYTES = 4.127 / 8;
    private static final double ADAPTER_BYTES = 16;
    private static final double LOGIT_CHUNK_TOKENS = 1024;
    private static final double FIXED_GIB = 0.7;
    private static final double ALLOCATOR = 1.10;
    private static final double GIB = 1L << 30;

    static Workload of(BaseFacts base, RunSettings settings, Manifest manifest) {
        double tokens = tokens(settings, manifest);
        double meanRow = (double) manifest.train().tokens() / manifest.train().rows();
        double perToken = 6.0 * base.activeWeights() + 6.0 * base.layers() * base.queryWidth() * meanRow;
        double heldOut =
                manifest.validation() == null ? 0 : manifest.validation().tokens();
        double flops = perToken * tokens + 2 * perToken / 3 * heldOut;
        return new Workload(tokens, steps(settings, manifest), flops, memoryGiB(base, settings, manifest));
    }

    /// Tokens that pass through the model: epochs, or fewer where a step limit ends them.
    private static double tokens(RunSettings settings, Manifest manifest) {
        double epochs = (double) settings.epochs() * manifest.train().tokens();
        if (settings.maxSteps() == null) return epochs;
        return Math.min(epochs, settings.maxSteps() * tokensPerStep(settings, manifest));
    }

    /// A step never spans two epochs.
    private static double steps(RunSettings settings, Manifest manifest) {
        double ofEpoch = Math.ceil(manifest.train().tokens() / tokensPerStep(settings, manifest));
        double steps = settings.epochs() * ofEpoch;
        return settings.maxSteps() == null ? steps : Math.min(steps, settings.maxSteps());
    }

    private static double tokensPerStep(RunSettings settings, Manifest manifest) {
        if (settings.tokensPerStep() != null) return settings.tokensPerStep();
        double perSequence = settings.packing()
                ? Math.min(settings.maxTokens(), manifest.train().tokens())
                : (double) manifest.train().tokens() / manifest.train().rows();
        return settings.sequencesPerStep() * perSequence;
    }

    private static double memoryGiB(BaseFacts base, RunSettings settings, Manifest manifest) {
        double type = settings.compute() == RunSettings.Compute.BF16 ? 2 : 4;
        double linear = settings.method() == RunSettings.Method.QLORA ? NF4_BYTES : type;
        double weights = base.linearWeights() * linear + base.tableWeights() * type;
        double adapter = base.adapterWeights(settings) * ADAPTER_BYTES;
        double sequence = settings.packing()
                ? Math.min(settings.maxTokens(), manifest.train().tokens())
                : Math.min(
                        settings.maxTokens(),
                        4.0 * manifest.train().tokens() / manifest.train().rows());
        double tokens = sequence * settings.batchSize();
        double kept = tokens * base.layers() * base.hidden() * type;
        double layer = tokens
                * (8.0 * base.hidden() + 2.0 * base.queryWidth() + 4.0 * base.keyWidth() + 6.0 * base.intermediate())
                * type;
        double dequantised =
                settings.method() == RunSettings.Method.QLORA ? base.hidden() * base.intermediate() * type : 0;
        double logits = Math.min(tokens, LOGIT_CHUNK_TOKENS) * base.vocabulary() * 4 * 2;
        return (weights + adapter + kept + layer + dequantised + logits) * ALLOCATOR / GIB + FIXED_GIB;
    }
}
