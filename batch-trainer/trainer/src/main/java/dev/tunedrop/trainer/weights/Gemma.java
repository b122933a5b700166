package dev.tunedrop.trainer.weights;

/// Gemma, the first: what [GemmaFamily] says, and nothing else.
public record Gemma() implements GemmaFamily {

    static Gemma read(ConfigFields config) {
        config.mustBe("hidden_act", "gelu_pytorch_tanh");
        GemmaFamily.check(config);
        return new Gemma();
    }
}
