package dev.tunedrop.trainer.weights;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// BLOOM: scores fall with distance instead of positions that turn, queries, keys and values come head by head out of
/// one map, norms are centred and one follows the embedding, every map has a bias, and there is no gate.
public record Bloom() implements Architecture {

    private static final String MODEL = "transformer.";
    private static final Map<Projection, String> LINEARS = Architecture.ordered(Map.of(
            Projection.QUERY_KEY_VALUE, "self_attention.query_key_value",
            Projection.OUTPUT, "self_attention.dense",
            Projection.UP, "mlp.dense_h_to_4h",
            Projection.DOWN, "mlp.dense_4h_to_h"));
    private static final OuterModules OUTER = new OuterModules(
            MODEL + "word_embeddings",
            null,
            null,
            MODEL + "word_embeddings_layernorm",
            MODEL + "ln_f",
            "lm_head",
            null,
            null);

    static Bloom read(ConfigFields config) {
        config.mustBeFalse("apply_residual_connection_post_layernorm");
        return new Bloom();
    }

    /// Its own names of sizes; F is 4 C whatever `n_inner` says, as in the reference implementation.
    @Override
    public ConfigFields usual(ConfigFields config) {
        int hidden = config.first("n_embed", "hidden_size");
        return config.with("hidden_size", hidden)
                .with("intermediate_size", 4 * hidden)
                .with("num_hidden_layers", config.first("n_layer", "num_hidden_layers"))
                .with("num_attention_heads", config.first("n_head", "num_attention_heads"))
                .with("max_position_embeddings", config.positive("seq_length", 2048))
                .with("rms_norm_eps", config.number("layer_norm_epsilon", 1e-5));
    }

    @Override
    public Map<Projection, String> linears() {
        return LINEARS;
    }

    @Override
    public String layers() {
        return MODEL + "h.";
    }

    @Override
    public OuterModules outer() {
        return OUTER;
    }

    /// The family's own files leave the model's name out.
    @Override
    public List<String> aliases(String tensor) {
        return tensor.startsWith(MODEL) ? List.of(tensor.substring(MODEL.length())) : List.of();
    }

    @Override
    public Set<Projection> biased() {
        return LINEARS.keySet();
    }

    @Override
    public boolean rotary() {
        return false;
    }

    @Override
    public boolean linearBias() {
        return true;
    }

    @Override
    public boolean centredNorms() {
        return true;
    }

    @Override
    public Activation activation() {
        return Activation.GELU_TANH;
    }

    @Override
    public boolean tiedByDefault() {
        return true;
    }
}
