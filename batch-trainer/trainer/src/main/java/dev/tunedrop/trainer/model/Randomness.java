package dev.tunedrop.trainer.model;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.op.EmbeddingNoise;
import dev.tunedrop.trainer.op.TokenDraws;

/// What is random while a model trains.
///
/// @param seed of fresh weights, dropout and noise
/// @param neftuneAlpha noise on the embeddings; absent: none
public record Randomness(long seed, @Nullable Double neftuneAlpha) {

    /// Without noise.
    public static Randomness of(long seed) {
        return new Randomness(seed, null);
    }

    public static Randomness of(RunSettings settings) {
        return new Randomness(settings.seed(), settings.neftuneAlpha());
    }

    Draw draw(long step, MicroBatch batch) {
        TokenDraws tokens = TokenDraws.of(seed, step, batch.rows(), batch.lengths());
        EmbeddingNoise noise = neftuneAlpha == null ? null : new EmbeddingNoise(tokens, batch.lengths(), neftuneAlpha);
        return new Draw(tokens, noise);
    }
}
