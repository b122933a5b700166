package dev.tunedrop.trainer.weights;

import java.util.List;
import java.util.Map;

/// Gemma 2: what [GemmaFamily] says; besides, attention scores and logits are capped, a norm stands before and after
/// each part, every other layer slides, and scores are scaled by a number of the file's.
///
/// @param queryScalar scores are divided by its root
/// @param attentionCap of scores, 0: none
/// @param logitCap of logits, 0: none
/// @param windows of each layer
public record Gemma2(double queryScalar, double attentionCap, double logitCap, List<Integer> windows)
        implements GemmaFamily {

    private static final int REFERENCE_WINDOW = 4096;
    private static final double REFERENCE_SCALAR = 256;
    private static final double REFERENCE_ATTENTION_CAP = 50;
    private static final double REFERENCE_LOGIT_CAP = 30;
    private static final Map<NormPlace, String> NORMS = Map.of(
            NormPlace.BEFORE_ATTENTION, "input_layernorm",
            NormPlace.AFTER_ATTENTION, "post_attention_layernorm",
            NormPlace.BEFORE_FEED_FORWARD, "pre_feedforward_layernorm",
            NormPlace.AFTER_FEED_FORWARD, "post_feedforward_layernorm");

    public Gemma2 {
        if (!(queryScalar > 0))
            throw new IllegalArgumentException("query_pre_attn_scalar must be above 0, was " + queryScalar);
        windows = List.copyOf(windows);
    }

    static Gemma2 read(ConfigFields config) {
        GemmaFamily.check(config);
        return new Gemma2(
                config.number("query_pre_attn_scalar", REFERENCE_SCALAR),
                config.cap("attn_logit_softcapping", REFERENCE_ATTENTION_CAP),
                config.cap("final_logit_softcapping", REFERENCE_LOGIT_CAP),
                config.windows(config.window(REFERENCE_WINDOW), layer -> layer % 2 == 0));
    }

    @Override
    public int window(int layer) {
        return windows.get(layer);
    }

    @Override
    public double scale(int headDim) {
        return 1 / Math.sqrt(queryScalar);
    }

    @Override
    public Map<NormPlace, String> norms() {
        return NORMS;
    }
}
