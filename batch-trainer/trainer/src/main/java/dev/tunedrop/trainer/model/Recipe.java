package dev.tunedrop.trainer.model;

import dev.tunedrop.trainer.op.MaskedAttention;
import dev.tunedrop.trainer.op.SoftCap;
import dev.tunedrop.trainer.weights.Architecture;
import dev.tunedrop.trainer.weights.ModelConfig;

/// Which ops a model's configuration asks for: the one place where data of `config.json` becomes mathematics, for the
/// training pass and for generation alike.
public record Recipe(ModelConfig config) {

    private Architecture architecture() {
        return config.architecture();
    }

    public MaskedAttention attention(int layer) {
        return new MaskedAttention(
                architecture().scale(config.headDim()),
                architecture().window(layer),
                SoftCap.of(architecture().attentionCap()));
    }
}
