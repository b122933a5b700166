package dev.tunedrop.trainer.weights;

/// Llama 3.1, 3.2, 3.3 and all that use the same layers: what [Architecture] answers by itself.
public record Llama() implements Architecture {

    static Llama read(ConfigFields config) {
        config.mustBe("hidden_act", "silu");
        config.mustBeFalse("attention_bias");
        config.mustBeFalse("mlp_bias");
        return new Llama();
    }
}
