package dev.tunedrop.trainer.model;

import java.util.Map;

/// What a pass forward and backward would take, told before it is made.
public interface PassForecast {

    /// About how many bytes it takes for so many tokens, on top of what is held already: what is kept for the backward
    /// is chosen to fit what is allowed, and counts.
    long bytes(long tokens);

    /// The same where it keeps as little as it can.
    long leastBytes(long tokens);

    /// Operations that a token costs in a pass of so many, with what is computed again, and with the opening of weights
    /// as the operations that take as long. Attention, which depends on the rows, is left out.
    double workPerToken(long tokens);

    /// From now on a pass keeps no more than makes it take so many bytes.
    void limit(long bytes);

    /// How many layers keep what in a pass of so many tokens.
    Map<Keep, Integer> layers(long tokens);

    /// One sentence: what a pass of so many tokens keeps.
    String sentence(long tokens);
}
