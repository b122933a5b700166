package dev.tunedrop.trainer.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// BERT and BioBERT: an encoder. Tokens see each other both ways, positions are learned, the residual stream itself is
/// normalised after each part, every map has a bias, and a row's first token is what a classifier reads.
///
/// @param types rows of the segment embedding
public record Bert(int types) implements Architecture {

    private static final String MODEL = "bert.";
    private static final Map<Projection, String> LINEARS = Architecture.ordered(Map.of(
            Projection.QUERY, "attention.self.query",
            Projection.KEY, "attention.self.key",
            Projection.VALUE, "attention.self.value",
            Projection.OUTPUT, "attention.output.dense",
            Projection.UP, "intermediate.dense",
            Projection.DOWN, "output.dense"));
    private static final Map<NormPlace, String> NORMS = Map.of(
            NormPlace.ATTENTION_SUM, "attention.output.LayerNorm",
            NormPlace.FEED_FORWARD_SUM, "output.LayerNorm");
    private static final OuterModules OUTER = new OuterModules(
            MODEL + "embeddings.word_embeddings",
            MODEL + "embeddings.position_embeddings",
            MODEL + "embeddings.token_type_embeddings",
            MODEL + "embeddings.LayerNorm",
            null,
            "cls.predictions.decoder",
            new OuterModules.MaskedHead(
                    "cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.bias"),
            new OuterModules.Classifier(MODEL + "pooler.dense", "classifier"));

    static Bert read(ConfigFields config) {
        config.mustBe("hidden_act", "gelu");
        config.mustBe("position_embedding_type", "absolute");
        config.mustBeFalse("is_decoder");
        config.mustBeFalse("add_cross_attention");
        return new Bert(config.positive("type_vocab_size", 2));
    }

    @Override
    public ConfigFields usual(ConfigFields config) {
        return config.with("rms_norm_eps", config.number("layer_norm_eps", 1e-12))
                .with("max_position_embeddings", config.positive("max_position_embeddings", 512));
    }

    @Override
    public Map<Projection, String> linears() {
        return LINEARS;
    }

    @Override
    public String layers() {
        return MODEL + "encoder.layer.";
    }

    @Override
    public OuterModules outer() {
        return OUTER;
    }

    /// The oldest files call a norm's tensors gamma and beta; some leave the model's name out.
    @Override
    public List<String> aliases(String tensor) {
        List<String> names = new ArrayList<>();
        String old = tensor.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
        if (!old.equals(tensor)) names.add(old);
        for (String name : List.of(tensor, old)) if (name.startsWith(MODEL)) names.add(name.substring(MODEL.length()));
        return List.copyOf(names);
    }

    @Override
    public Set<Projection> biased() {
        return Set.of(
                Projection.QUERY,
                Projection.KEY,
                Projection.VALUE,
                Projection.OUTPUT,
                Projection.UP,
                Projection.DOWN,
                Projection.TRANSFORM);
    }

    @Override
    public boolean causal() {
        return false;
    }

    @Override
    public boolean rotary() {
        return false;
    }

    @Override
    public Map<NormPlace, String> norms() {
        return NORMS;
    }

    @Override
    public boolean centredNorms() {
        return true;
    }

    @Override
    public Activation activation() {
        return Activation.GELU;
    }

    @Override
    public boolean tiedByDefault() {
        return true;
    }
}
