package dev.tunedrop.events.run;

import java.math.BigDecimal;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What a team may choose for a run: the fields of `tune.json`, with every default filled in (`default-settings.json`
/// beside this class). Frozen into the run before anything else happens, so a later edit changes no running run.
///
/// A *sequence* is one pack of rows (packing on) or one row. A step trains on `batchSize * gradientAccumulation`
/// sequences; how they are cut into micro-batches changes memory, never the step.
///
/// @param base the base model's id: a folder of the base-model bucket
/// @param method how weights are trained
/// @param rank R of the adapter's A (R, I) and B (O, R)
/// @param alpha the adapter's scale is alpha / rank, or alpha / sqrt(rank) with `rslora`
/// @param targets names of linear layers (`q_proj`, …), or the one word `all-linear`
/// @param dropout on the adapter's input, in [0, 1)
/// @param maxSteps a limit on optimiser steps; absent: epochs decide
/// @param maxSeconds a wall on training time, after which the best so far is kept; absent: none
/// @param warmupShare share of the steps over which the learning rate rises from 0
/// @param maxTokens longest sequence; longer rows lose their end, which the report counts
/// @param validationShare share of rows held out; at least one row when there are ten
/// @param checkpointSteps steps between checkpoints
/// @param endpoint name of the endpoint; absent: the dataset's name
/// @param privacy who may see the data; `PRIVATE` never leaves the account
/// @param maxCostUsd cap on this drop
/// @param approvalAboveUsd expected cost above which a person must approve
/// @param minImprovement how much lower than the base's held-out loss the adapter's must be, as a share, to go live
public record RunSettings(
        String base,
        Method method,
        int rank,
        double alpha,
        boolean rslora,
        double dropout,
        List<String> targets,
        int epochs,
        @Nullable Integer maxSteps,
        @Nullable Integer maxSeconds,
        double learningRate,
        Schedule schedule,
        double warmupShare,
        double weightDecay,
        double maxGradNorm,
        int batchSize,
        int gradientAccumulation,
        int maxTokens,
        boolean packing,
        double validationShare,
        int checkpointSteps,
        long seed,
        Compute compute,
        @Nullable String endpoint,
        Privacy privacy,
        Preference prefer,
        BigDecimal maxCostUsd,
        BigDecimal approvalAboveUsd,
        double minImprovement) {

    /// How weights are trained.
    public enum Method {
        /// The base in 4-bit NF4, frozen; an adapter on top.
        QLORA,
        /// The base in its own precision, frozen; an adapter on top.
        LORA,
        /// Every weight.
        FULL
    }

    public enum Schedule {
        COSINE,
        LINEAR,
        CONSTANT
    }

    /// The precision of activations and matrix products.
    public enum Compute {
        FP32,
        BF16
    }

    public enum Privacy {
        PRIVATE,
        INTERNAL,
        PUBLIC
    }

    public enum Preference {
        COST,
        TIME,
        CONTROL
    }

    public static final String ALL_LINEAR = "all-linear";

    public RunSettings {
        targets = List.copyOf(targets);
        require(!base.isBlank(), "base is blank; name a folder of the base-model bucket");
        require(rank >= 1 && rank <= 512, "rank must be 1 to 512, was " + rank);
        require(alpha > 0, "alpha must be above 0, was " + alpha);
        require(dropout >= 0 && dropout < 1, "dropout must be in [0, 1), was " + dropout);
        require(!targets.isEmpty(), "targets is empty; name linear layers or \"all-linear\"");
        require(
                !targets.contains(ALL_LINEAR) || targets.size() == 1,
                "targets holds \"all-linear\" and names as well; use one or the other");
        require(epochs >= 1 && epochs <= 1000, "epochs must be 1 to 1000, was " + epochs);
        require(maxSteps == null || maxSteps >= 1, "maxSteps must be at least 1, was " + maxSteps);
        require(maxSeconds == null || maxSeconds >= 1, "maxSeconds must be at least 1, was " + maxSeconds);
        require(learningRate > 0 && learningRate <= 1, "learningRate must be in (0, 1], was " + learningRate);
        require(warmupShare >= 0 && warmupShare < 1, "warmupShare must be in [0, 1), was " + warmupShare);
        require(weightDecay >= 0 && weightDecay < 1, "weightDecay must be in [0, 1), was " + weightDecay);
        require(maxGradNorm > 0, "maxGradNorm must be above 0, was " + maxGradNorm);
        require(batchSize >= 1 && batchSize <= 4096, "batchSize must be 1 to 4096, was " + batchSize);
        require(
                gradientAccumulation >= 1 && gradientAccumulation <= 4096,
                "gradientAccumulation must be 1 to 4096, was " + gradientAccumulation);
        require(maxTokens >= 8 && maxTokens <= 1 << 20, "maxTokens must be 8 to 1048576, was " + maxTokens);
        require(
                validationShare >= 0 && validationShare <= 0.5,
                "validationShare must be 0 to 0.5, was " + validationShare);
        require(checkpointSteps >= 1, "checkpointSteps must be at least 1, was " + checkpointSteps);
        require(
                endpoint == null || endpoint.matches("[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"),
                "endpoint must be 1 to 63 letters, digits and single hyphens");
        require(maxCostUsd.signum() > 0, "maxCostUsd must be above 0, was " + maxCostUsd);
        require(approvalAboveUsd.signum() >= 0, "approvalAboveUsd is negative: " + approvalAboveUsd);
        require(minImprovement >= -1 && minImprovement < 1, "minImprovement must be in [-1, 1), was " + minImprovement);
    }

    /// What multiplies B A x.
    public double scale() {
        return rslora ? alpha / Math.sqrt(rank) : alpha / rank;
    }

    public int sequencesPerStep() {
        return batchSize * gradientAccumulation;
    }

    private static void require(boolean holds, String message) {
        if (!holds) throw new IllegalArgumentException(message);
    }
}
