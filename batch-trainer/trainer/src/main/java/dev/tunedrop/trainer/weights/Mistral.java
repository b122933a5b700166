package dev.tunedrop.trainer.weights;

/// Mistral 7B, NeMo and Large: a query sees the last `window` keys, its own among them. The width of a head is the
/// file's, which need not be C / H.
public record Mistral(int window) implements Architecture {

    private static final int REFERENCE_WINDOW = 4096;

    static Mistral read(ConfigFields config) {
        config.mustBe("hidden_act", "silu");
        return new Mistral(config.window(REFERENCE_WINDOW));
    }

    @Override
    public int window(int layer) {
        return window;
    }
}
