package dev.tunedrop.trainer.weights;

/// What every Gemma has: norms keep what differs from 1, embeddings are scaled by √C, the gate is a GELU, the head is
/// the embedding, and a head's width is the file's.
sealed interface GemmaFamily extends Architecture permits Gemma, Gemma2 {

    int REFERENCE_HEAD_DIM = 256;

    /// Refuses a variant that would compute something else.
    static void check(ConfigFields config) {
        config.mustBe("hidden_activation", "gelu_pytorch_tanh");
        config.mustBeFalse("attention_bias");
        config.mustBeFalse("use_bidirectional_attention");
    }

    @Override
    default double normOffset() {
        return 1;
    }

    @Override
    default Activation activation() {
        return Activation.GEGLU_TANH;
    }

    @Override
    default double embeddingScale(int hidden) {
        return Math.sqrt(hidden);
    }

    @Override
    default boolean tiedByDefault() {
        return true;
    }

    @Override
    default int headDim(int hidden, int heads) {
        return REFERENCE_HEAD_DIM;
    }
}
