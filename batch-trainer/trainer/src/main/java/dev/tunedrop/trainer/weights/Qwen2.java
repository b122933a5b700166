package dev.tunedrop.trainer.weights;

import java.util.Set;

/// Qwen 2 and 2.5: queries, keys and values have a bias.
public record Qwen2() implements Architecture {

    static Qwen2 read(ConfigFields config) {
        config.mustBe("hidden_act", "silu");
        config.mustBeFalse("use_sliding_window");
        return new Qwen2();
    }

    @Override
    public Set<Projection> biased() {
        return Set.of(Projection.QUERY, Projection.KEY, Projection.VALUE);
    }
}
