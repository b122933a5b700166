package dev.tunedrop.trainer.weights;

/// One linear map of a model, which may be kept in four bits and which an adapter may correct.
///
/// @param module `model.layers.3.self_attn.q_proj`
/// @param rows O, its outputs
/// @param columns I, its inputs
public record LinearMap(String module, Projection projection, long rows, long columns) {

    static LinearMap of(String module, Projection projection, ModelConfig config) {
        return new LinearMap(module, projection, projection.rows(config), projection.columns(config));
    }

    public String weight() {
        return module + ".weight";
    }

    public String bias() {
        return module + ".bias";
    }
}
