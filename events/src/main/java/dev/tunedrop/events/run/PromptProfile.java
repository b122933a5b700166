package dev.tunedrop.events.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What prompts look like, in counts from which no prompt can be read: how long they are, and which tokens they are
/// made of, by [#BUCKETS] classes of a hash of the token's id. Another language, topic or form shows in the second.
///
/// @param lengths least power of two that is not below a prompt's tokens → prompts
/// @param tokens tokens of each class
public record PromptProfile(long prompts, Map<Integer, Long> lengths, List<Long> tokens) {

    public static final int BUCKETS = 16;

    public static final PromptProfile NONE = new PromptProfile(0, Map.of(), Collections.nCopies(BUCKETS, 0L));

    /// Where endpoints leave what they have counted: `profiles/ADAPTER/DAY/…`.
    public static final String KEYS = "profiles/";

    public PromptProfile {
        if (tokens.size() != BUCKETS)
            throw new IllegalArgumentException("tokens must have %d classes, had %d".formatted(BUCKETS, tokens.size()));
        lengths = Collections.unmodifiableMap(new TreeMap<>(lengths));
        tokens = List.copyOf(tokens);
    }

    public PromptProfile plus(PromptProfile other) {
        Map<Integer, Long> longs = new TreeMap<>(lengths);
        other.lengths.forEach((bound, count) -> longs.merge(bound, count, Long::sum));
        List<Long> sums = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) sums.add(tokens.get(i) + other.tokens.get(i));
        return new PromptProfile(prompts + other.prompts, longs, sums);
    }
}
