package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.op.CrossEntropy;
import dev.tunedrop.trainer.op.FeedForward;
import dev.tunedrop.trainer.op.Gate;
import dev.tunedrop.trainer.op.Gelu;
import dev.tunedrop.trainer.op.HeadByHead;
import dev.tunedrop.trainer.op.LayerNorm;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.LinearBias;
import dev.tunedrop.trainer.op.MaskedAttention;
import dev.tunedrop.trainer.op.Norm;
import dev.tunedrop.trainer.op.RmsNorm;
import dev.tunedrop.trainer.op.SoftCap;
import dev.tunedrop.trainer.weights.Architecture;
import dev.tunedrop.trainer.weights.Bf16;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.OuterModules;
import dev.tunedrop.trainer.weights.RopeConfig;

/// Which ops a model's configuration asks for: the one place where data of `config.json` becomes mathematics, for the
/// training pass and for generation alike.
public record Recipe(ModelConfig config) {

    private Architecture architecture() {
        return config.architecture();
    }

    public MaskedAttention attention(int layer) {
        Architecture family = architecture();
        return new MaskedAttention(
                family.scale(config.headDim()),
                family.window(layer),
                SoftCap.of(family.attentionCap()),
                family.linearBias() ? new LinearBias(config.heads()) : null,
                family.causal());
    }

    /// @param module of the norm
    public Norm norm(String module, Weights weights) {
        Leaf w = weights.leaf(module + ".weight");
        return architecture().centredNorms()
                ? new LayerNorm(w, weights.leaf(module + ".bias"), config.normEpsilon())
                : new RmsNorm(w, config.normEpsilon(), architecture().normOffset());
    }

    public FeedForward feedForward() {
        return switch (architecture().activation()) {
            case SWIGLU -> Gate.SWIGLU;
            case GEGLU_TANH -> Gate.GEGLU;
            case GELU_TANH -> new Gelu(true);
            case GELU -> new Gelu(false);
        };
    }

    /// How a fused map's output is laid out.
    public HeadByHead fused() {
        return new HeadByHead(config.heads(), config.headDim());
    }

    /// @param compute precision of the embedding, to which a scale is rounded
    public Embedder embedder(Weights weights, DataType compute) {
        OuterModules outer = architecture().outer();
        String norm = outer.embeddingNorm();
        return new Embedder(
                weights.leaf(outer.tokens() + ".weight"),
                table(outer.positions(), weights),
                table(outer.types(), weights),
                norm == null ? null : norm(norm, weights),
                embeddingScale(compute));
    }

    private static @Nullable Leaf table(@Nullable String module, Weights weights) {
        return module == null ? null : weights.leaf(module + ".weight");
    }

    private double embeddingScale(DataType type) {
        float scale = (float) architecture().embeddingScale(config.hidden());
        boolean rounded = type == DataType.BFLOAT16 || config.rope().precision() == RopeConfig.Precision.BF16;
        return rounded ? Bf16.rounded(scale) : scale;
    }

    public @Nullable SoftCap logitCap() {
        return SoftCap.of(architecture().logitCap());
    }

    /// Logits (T, V) in fp32 of what a decoder's last layer answered, x (T, C).
    public NDArray logits(NDArray x, Weights weights) {
        String norm = architecture().outer().norm();
        NDArray n = norm == null ? x : norm(norm, weights).forward(x);
        Leaf head = weights.leaf(config.headTensor());
        return new CrossEntropy(head, CrossEntropy.chunkElements(head.value()), logitCap()).logits(n);
    }
}
