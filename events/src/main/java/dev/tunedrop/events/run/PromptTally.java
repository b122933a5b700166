package dev.tunedrop.events.run;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts prompts into a [PromptProfile]. Of one thread at a time.
public final class PromptTally {

    private final Map<Integer, Long> lengths = new TreeMap<>();
    private final long[] tokens = new long[PromptProfile.BUCKETS];
    private long prompts;

    /// Counts the first `length` tokens as one prompt; none is no prompt.
    public void add(int[] ids, int length) {
        if (length == 0) return;
        prompts++;
        lengths.merge(bound(length), 1L, Long::sum);
        for (int i = 0; i < length; i++) tokens[bucket(ids[i])]++;
    }

    public PromptProfile profile() {
        List<Long> counts = Arrays.stream(tokens).boxed().toList();
        return new PromptProfile(prompts, lengths, counts);
    }

    private static int bound(int length) {
        return length == 1 ? 1 : Integer.highestOneBit(length - 1) << 1;
    }

    /// Fibonacci hashing: the top four bits of the id times 2^32 / golden ratio.
    private static int bucket(int id) {
        return (id * 0x9E3779B9) >>> 28;
    }
}
