package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.op.Casts;
import dev.tunedrop.trainer.op.EmbeddingNoise;
import dev.tunedrop.trainer.op.Gate;
import dev.tunedrop.trainer.op.GeGlu;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.MaskedAttention;
import dev.tunedrop.trainer.op.RmsNorm;
import dev.tunedrop.trainer.op.SoftCap;
import dev.tunedrop.trainer.op.SwiGlu;
import dev.tunedrop.trainer.weights.Architecture;
import dev.tunedrop.trainer.weights.Bf16;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.RopeConfig;

/// Which ops a model's configuration asks for: the one place where data of `config.json` becomes mathematics, for the
/// training pass and for generation alike.
public record Recipe(ModelConfig config) {

    private Architecture architecture() {
        return config.architecture();
    }

    public MaskedAttention attention(int layer) {
        return new MaskedAttention(
                architecture().scale(config.headDim()),
                architecture().window(layer),
                SoftCap.of(architecture().attentionCap()));
    }

    public RmsNorm norm(Leaf w) {
        return new RmsNorm(w, config.normEpsilon(), architecture().normOffset());
    }

    public Gate gate() {
        return switch (architecture().activation()) {
            case SILU -> new SwiGlu();
            case GELU_TANH -> new GeGlu();
        };
    }

    /// x_0 (T, C): the rows `ids` of the embedding, scaled by a number of the embedding's own precision.
    public NDArray embed(NDArray embedding, NDArray ids) {
        return embed(embedding, ids, null);
    }

    /// The same with noise, which is scaled as the embedding is.
    NDArray embed(NDArray embedding, NDArray ids, @Nullable EmbeddingNoise noise) {
        NDArray x = Ops.embedding(embedding, ids);
        if (noise != null) noise.addTo(x);
        double scale = embeddingScale(x.getDataType());
        return scale == 1 ? x : Ops.mulScalar_(x, scale);
    }

    double embeddingScale(DataType type) {
        float scale = (float) architecture().embeddingScale(config.hidden());
        boolean rounded = type == DataType.BFLOAT16 || config.rope().precision() == RopeConfig.Precision.BF16;
        return rounded ? Bf16.rounded(scale) : scale;
    }

    public @Nullable SoftCap logitCap() {
        return SoftCap.of(architecture().logitCap());
    }

    /// Logits (T, V) in fp32 of x (T, C), which is normalised already.
    public NDArray logits(NDArray x, NDArray head) {
        return SoftCap.apply(logitCap(), Casts.to(DataType.FLOAT32, Ops.linear(x, head)));
    }
}
