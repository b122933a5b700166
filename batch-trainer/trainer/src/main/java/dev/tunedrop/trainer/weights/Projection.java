package dev.tunedrop.trainer.weights;

import java.util.Arrays;
import java.util.List;

/// The linear maps of a decoder layer, in the order in which parameters are listed.
public enum Projection {
    QUERY("self_attn.q_proj"),
    KEY("self_attn.k_proj"),
    VALUE("self_attn.v_proj"),
    OUTPUT("self_attn.o_proj"),
    GATE("mlp.gate_proj"),
    UP("mlp.up_proj"),
    DOWN("mlp.down_proj");

    private final String path;

    Projection(String path) {
        this.path = path;
    }

    /// `q_proj`: the name by which settings and PEFT choose targets.
    public String target() {
        return path.substring(path.indexOf('.') + 1);
    }

    /// `model.layers.3.self_attn.q_proj`
    public String module(int layer) {
        return "model.layers." + layer + "." + path;
    }

    public String weight(int layer) {
        return module(layer) + ".weight";
    }

    public String bias(int layer) {
        return module(layer) + ".bias";
    }

    /// O, the map's outputs.
    public long rows(ModelConfig config) {
        return switch (this) {
            case QUERY -> config.queryWidth();
            case KEY, VALUE -> config.keyWidth();
            case OUTPUT, DOWN -> config.hidden();
            case GATE, UP -> config.intermediate();
        };
    }

    /// I, the map's inputs.
    public long columns(ModelConfig config) {
        return switch (this) {
            case QUERY, KEY, VALUE, GATE, UP -> config.hidden();
            case OUTPUT -> config.queryWidth();
            case DOWN -> config.intermediate();
        };
    }

    public static List<String> targets() {
        return Arrays.stream(values()).map(Projection::target).toList();
    }
}
