package dev.tunedrop.events.run;

import java.math.BigDecimal;
import java.util.List;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.jspecify.annotations.Nullable;

/// What a team may choose for a run: the fields of `tune.json`, with every default filled in (`default-settings.json`
/// beside this class). Frozen into the run before anything else happens, so a later edit changes no running run.
///
/// A *sequence* is one pack of rows (packing on) or one row. A step trains on `batchSize * gradientAccumulation`
/// sequences; how they are cut into micro-batches changes memory, never the step.
///
/// @param base the base model's id: a folder of the base-model bucket
/// @param method how weights are trained
/// @param objective what the rows teach; `auto` follows the dataset's format
/// @param format how the rows are written, by the name the report uses; absent: found out from the rows
/// @param dpo of preference pairs only
/// @param rank R of the adapter's A (R, I) and B (O, R)
/// @param alpha the adapter's scale is alpha / rank, or alpha / sqrt(rank) with `rslora`
/// @param targets names of linear layers (`q_proj`, …), or the one word `all-linear`
/// @param dora the adapter holds a magnitude for each output beside its direction
/// @param dropout on the adapter's input, in [0, 1)
/// @param neftuneAlpha noise on the embeddings while training, as NEFTune scales it; absent: none
/// @param maxSteps a limit on optimiser steps; absent: epochs decide
/// @param maxSeconds a wall on training time, after which the run ends with what it has; absent: none
/// @param wallUsd the same wall in money, at the chosen route's rate; absent: none
/// @param warmupShare share of the steps over which the learning rate rises from 0
/// @param tokensPerStep tokens of a step, which then takes as many sequences as fit; absent: `batchSize` counts
/// sequences
/// @param memory what is done to fit the device
/// @param maxTokens longest sequence; longer rows lose their end, which the report counts
/// @param validationShare share of rows held out; at least one row when there are ten
/// @param validationFrom line of the dropped file from which on every row is held out, and none before it; absent:
/// `validationShare` decides
/// @param evaluation looking at the held-out rows while training
/// @param tracking where figures go beside the run's own files
/// @param checkpointSteps steps between checkpoints; absent: the interval that loses the least time
/// @param endpoint name of the endpoint; absent: the dataset's name
/// @param privacy who may see the data; `PRIVATE` never leaves the account
/// @param route the route to take if it is possible, such as `openai/gpt-4.1-mini-2025-04-14`; absent: `prefer` decides
/// @param commercialUse whether the model is meant to earn money, which some licences forbid
/// @param lifetimeMonths how long the model is wanted: one that is gone sooner is not taken
/// @param monthlyTokens the traffic that serving is quoted at, questions and answers together
/// @param region the one region in which the data may be used; absent: any
/// @param maxCostUsd cap on this drop
/// @param approvalAboveUsd expected cost above which a person must approve
/// @param retrain what starts training again but a new file
/// @param minImprovement how much lower than the base's held-out loss the adapter's must be, as a share, to go live
@JsonDeserialize(using = FrozenSettings.class)
public record RunSettings(
        String base,
        Method method,
        Objective objective,
        @Nullable String format,
        Dpo dpo,
        int rank,
        double alpha,
        boolean rslora,
        boolean dora,
        double dropout,
        @Nullable Double neftuneAlpha,
        List<String> targets,
        int epochs,
        @Nullable Integer maxSteps,
        @Nullable Integer maxSeconds,
        @Nullable BigDecimal wallUsd,
        double learningRate,
        Schedule schedule,
        double warmupShare,
        double weightDecay,
        double maxGradNorm,
        int batchSize,
        int gradientAccumulation,
        @Nullable Integer tokensPerStep,
        MemorySettings memory,
        int maxTokens,
        boolean packing,
        double validationShare,
        @Nullable Long validationFrom,
        EvaluationSettings evaluation,
        Tracking tracking,
        @Nullable Integer checkpointSteps,
        long seed,
        Compute compute,
        @Nullable String endpoint,
        Privacy privacy,
        Preference prefer,
        @Nullable String route,
        Plan plan,
        boolean commercialUse,
        int lifetimeMonths,
        long monthlyTokens,
        @Nullable String region,
        BigDecimal maxCostUsd,
        BigDecimal approvalAboveUsd,
        RetrainSettings retrain,
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

    /// What the rows teach.
    public enum Objective {
        /// What the dataset's format says.
        AUTO,
        /// The next token of the answers.
        SFT,
        /// The preferred answer over the other.
        DPO,
        /// A label for a text.
        CLASSIFICATION
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

    /// How a dataset's model grows up.
    public enum Plan {
        /// Each drop takes the best route for itself.
        DIRECT,
        /// A managed service first, where one is possible; our own adapter once one is live there, or once the traffic
        /// makes it cheaper.
        PROTOTYPE_THEN_OWN
    }

    /// Direct preference optimisation.
    ///
    /// @param beta how far the adapter may drift from the base to please
    /// @param labelSmoothing share of pairs thought to be labelled the wrong way round, in [0, 0.5)
    public record Dpo(double beta, double labelSmoothing) {
        public Dpo {
            require(beta > 0, "dpo.beta must be above 0, was " + beta);
            require(
                    labelSmoothing >= 0 && labelSmoothing < 0.5,
                    "dpo.labelSmoothing must be in [0, 0.5), was " + labelSmoothing);
        }
    }

    /// @param mlflow tracking URI of an MLflow server; absent: none
    /// @param experiment the experiment's name there; absent: the dataset's
    public record Tracking(
            @Nullable String mlflow, @Nullable String experiment) {}

    public static final String ALL_LINEAR = "all-linear";

    public RunSettings {
        targets = List.copyOf(targets);
        require(!base.isBlank(), "base is blank; name a folder of the base-model bucket");
        require(rank >= 1 && rank <= 512, "rank must be 1 to 512, was " + rank);
        require(alpha > 0, "alpha must be above 0, was " + alpha);
        require(neftuneAlpha == null || neftuneAlpha > 0, "neftuneAlpha must be above 0, was " + neftuneAlpha);
        require(wallUsd == null || wallUsd.signum() > 0, "wallUsd must be above 0, was " + wallUsd);
        require(tokensPerStep == null || tokensPerStep >= 1, "tokensPerStep must be at least 1, was " + tokensPerStep);
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
        require(
                validationFrom == null || validationFrom >= 2,
                "validationFrom must be a line after the first, was " + validationFrom);
        require(
                checkpointSteps == null || checkpointSteps >= 1,
                "checkpointSteps must be at least 1, was " + checkpointSteps);
        require(
                endpoint == null || endpoint.matches("[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"),
                "endpoint must be 1 to 63 letters, digits and single hyphens");
        require(route == null || route.contains("/"), "route must be a route's name such as batch/g6e.xlarge/spot");
        require(lifetimeMonths >= 0 && lifetimeMonths <= 120, "lifetimeMonths must be 0 to 120, was " + lifetimeMonths);
        require(monthlyTokens >= 0, "monthlyTokens is negative: " + monthlyTokens);
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

    static void require(boolean holds, String message) {
        if (!holds) throw new IllegalArgumentException(message);
    }
}
