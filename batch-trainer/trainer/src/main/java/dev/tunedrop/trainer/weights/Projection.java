package dev.tunedrop.trainer.weights;

/// What a linear map of a model does, in the order in which parameters are listed. A family has some of them, each
/// under a name of its own ([Architecture#linears]).
public enum Projection {
    QUERY,
    KEY,
    VALUE,
    /// Query, key and value of one head after another, in one map.
    QUERY_KEY_VALUE,
    OUTPUT,
    GATE,
    UP,
    DOWN,
    /// Between the last layer and the head of a masked language model.
    TRANSFORM;

    /// O, the map's outputs.
    public long rows(ModelConfig config) {
        return switch (this) {
            case QUERY -> config.queryWidth();
            case KEY, VALUE -> config.keyWidth();
            case QUERY_KEY_VALUE -> config.queryWidth() + 2L * config.keyWidth();
            case OUTPUT, DOWN, TRANSFORM -> config.hidden();
            case GATE, UP -> config.intermediate();
        };
    }

    /// I, the map's inputs.
    public long columns(ModelConfig config) {
        return switch (this) {
            case QUERY, KEY, VALUE, QUERY_KEY_VALUE, GATE, UP, TRANSFORM -> config.hidden();
            case OUTPUT -> config.queryWidth();
            case DOWN -> config.intermediate();
        };
    }
}
