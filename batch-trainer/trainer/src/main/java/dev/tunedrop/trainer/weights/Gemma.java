package dev.tunedrop.trainer.weights;

/// Gemma, the first: norms keep what differs from 1, embeddings are scaled by √C, the gate is a GELU, and a head's
/// width is the file's.
public record Gemma() implements Architecture {

    private static final int REFERENCE_HEAD_DIM = 256;

    static Gemma read(ConfigFields config) {
        config.mustBe("hidden_act", "gelu_pytorch_tanh");
        config.mustBe("hidden_activation", "gelu_pytorch_tanh");
        config.mustBeFalse("attention_bias");
        config.mustBeFalse("use_bidirectional_attention");
        return new Gemma();
    }

    @Override
    public double normOffset() {
        return 1;
    }

    @Override
    public Activation activation() {
        return Activation.GEGLU_TANH;
    }

    @Override
    public double embeddingScale(int hidden) {
        return Math.sqrt(hidden);
    }

    @Override
    public boolean tiedByDefault() {
        return true;
    }

    @Override
    public int headDim(int hidden, int heads) {
        return REFERENCE_HEAD_DIM;
    }
}
