package dev.tunedrop.trainer.weights;

import java.util.Set;

import dev.tunedrop.events.UserMistake;

/// What sets one family of decoders apart. The methods' own answers are Llama's; a family overrides what differs, in
/// one file, and has one golden test.
public sealed interface Architecture permits Llama, Qwen2 {

    /// Reads what `config.json` says of the family.
    ///
    /// @throws UserMistake naming a family, or a variant of one, that is not supported
    static Architecture read(ConfigFields config) {
        String type = config.text("model_type", "");
        return switch (type) {
            case "llama" -> Llama.read(config);
            case "qwen2" -> Qwen2.read(config);
            default ->
                throw new UserMistake("%s: model_type \"%s\" is not supported. Use a model of type llama or qwen2"
                        .formatted(config.file(), type));
        };
    }

    /// The linear maps that have a bias.
    default Set<Projection> biased() {
        return Set.of();
    }
}
