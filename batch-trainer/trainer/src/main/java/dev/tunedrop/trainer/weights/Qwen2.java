package dev.tunedrop.trainer.weights;

import java.util.List;
import java.util.Set;

/// Qwen 2 and 2.5: queries, keys and values have a bias.
///
/// @param windows of each layer, where the later ones are told to slide; empty: none does
public record Qwen2(List<Integer> windows) implements Architecture {

    private static final int REFERENCE_WINDOW = 4096;
    private static final int REFERENCE_FULL_LAYERS = 28;

    public Qwen2 {
        windows = List.copyOf(windows);
    }

    static Qwen2 read(ConfigFields config) {
        config.mustBe("hidden_act", "silu");
        if (!config.flag("use_sliding_window", false)) return new Qwen2(List.of());
        int full = config.positive("max_window_layers", REFERENCE_FULL_LAYERS);
        return new Qwen2(config.windows(config.window(REFERENCE_WINDOW), layer -> layer >= full));
    }

    @Override
    public Set<Projection> biased() {
        return Set.of(Projection.QUERY, Projection.KEY, Projection.VALUE);
    }

    @Override
    public int window(int layer) {
        return windows.isEmpty() ? NO_WINDOW : windows.get(layer);
    }
}
