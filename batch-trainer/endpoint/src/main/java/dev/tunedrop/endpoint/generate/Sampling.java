package dev.tunedrop.endpoint.generate;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// How an answer is drawn and where it ends.
///
/// @param temperature divides the logits; 0 takes the most likely token each time
/// @param topP the smallest set of tokens whose probabilities reach this share is drawn from
/// @param seed of the draws; absent: a new one each time
/// @param maxTokens most tokens of the answer; absent: what is left of the context
/// @param stops texts before which the answer ends; they are not part of it
public record Sampling(
        double temperature,
        double topP,
        @Nullable Long seed,
        @Nullable Integer maxTokens,
        List<String> stops) {

    public static final Sampling GREEDY = new Sampling(0, 1, null, null, List.of());

    public Sampling {
        stops = List.copyOf(stops);
        if (!(temperature >= 0 && temperature <= 2))
            throw new IllegalArgumentException("temperature must be 0 to 2, was " + temperature);
        if (!(topP > 0 && topP <= 1)) throw new IllegalArgumentException("topP must be in (0, 1], was " + topP);
        if (maxTokens != null && maxTokens < 1)
            throw new IllegalArgumentException("maxTokens must be at least 1, was " + maxTokens);
        if (stops.contains("")) throw new IllegalArgumentException("a stop text is empty");
    }

    /// The same, ended after at most so many tokens.
    public Sampling upTo(int tokens) {
        return new Sampling(temperature, topP, seed, tokens, stops);
    }
}
