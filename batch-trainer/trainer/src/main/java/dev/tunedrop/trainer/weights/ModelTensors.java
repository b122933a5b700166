package dev.tunedrop.trainer.weights;

/// The names and shapes under which a checkpoint keeps its tensors.
public final class ModelTensors {

    public static final String EMBEDDING = "model.embed_tokens.weight";
    public static final String HEAD = "lm_head.weight";
    public static final String NORM = "model.norm.weight";

    private final Checkpoint checkpoint;
    private final ModelConfig config;

    public ModelTensors(Checkpoint checkpoint, ModelConfig config) {
        this.checkpoint = checkpoint;
        this.config = config;
    }

    /// E (V, C). With a tied head some checkpoints keep it under the head's name alone.
    public WeightView embedding() {
        long[] shape = {config.vocabulary(), config.hidden()};
        return config.tiedHead() ? checkpoint.first(shape, EMBEDDING, HEAD) : checkpoint.get(EMBEDDING, shape);
    }

    /// (V, C), of a model whose head is not tied.
    public WeightView head() {
        return checkpoint.get(HEAD, config.vocabulary(), config.hidden());
    }

    public WeightView norm() {
        return checkpoint.get(NORM, config.hidden());
    }

    public WeightView norm(NormPlace place, int layer) {
        return checkpoint.get(normName(config.architecture(), place, layer), config.hidden());
    }

    public WeightView linear(Projection projection, int layer) {
        return checkpoint.get(projection.weight(layer), projection.rows(config), projection.columns(config));
    }

    /// (O), of a map that [Architecture#biased] names.
    public WeightView bias(Projection projection, int layer) {
        return checkpoint.get(projection.bias(layer), projection.rows(config));
    }

    /// `model.layers.3.input_layernorm.weight`
    public static String normName(Architecture architecture, NormPlace place, int layer) {
        return "model.layers." + layer + "." + architecture.norms().get(place) + ".weight";
    }
}
