package dev.tunedrop.functions.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import dev.tunedrop.events.run.PromptProfile;

/// The population stability index of counts in B classes against expected ones:
///
///     PSI = sum over b of (p_b - q_b) ln(p_b / q_b)      p_b = (n_b + 1/2) / (n + B/2), q_b likewise
///
/// Two samples of n and m from one population have, by chance alone, about (B - 1) (1/n + 1/m) (Yurdakul,
/// "Statistical Properties of the Population Stability Index", 2018); [#beyondChance] takes that off. Below 0.1 is
/// the usual word for stable, above 0.2 for shifted.
final class StabilityIndex {

    private StabilityIndex() {}

    /// @param name of what was compared
    record Shift(String name, double value) {}

    static double of(List<Long> actual, List<Long> expected) {
        if (actual.size() != expected.size())
            throw new IllegalArgumentException(
                    "%d classes cannot be held against %d".formatted(actual.size(), expected.size()));
        double n = sum(actual);
        double m = sum(expected);
        int classes = actual.size();
        double index = 0;
        for (int b = 0; b < classes; b++) {
            double p = (actual.get(b) + 0.5) / (n + classes / 2.0);
            double q = (expected.get(b) + 0.5) / (m + classes / 2.0);
            index += (p - q) * Math.log(p / q);
        }
        return index;
    }

    /// @param n how many there were of what comes and goes as one, a prompt with all its tokens
    static double beyondChance(List<Long> actual, long n, List<Long> expected, long m) {
        double chance = (actual.size() - 1) * (1.0 / n + 1.0 / m);
        return Math.max(0, of(actual, expected) - chance);
    }

    /// The larger of the shifts of lengths and of tokens.
    static Shift between(PromptProfile actual, PromptProfile expected) {
        TreeSet<Integer> bounds = new TreeSet<>(actual.lengths().keySet());
        bounds.addAll(expected.lengths().keySet());
        double lengths = beyondChance(
                counts(actual.lengths(), bounds),
                actual.prompts(),
                counts(expected.lengths(), bounds),
                expected.prompts());
        double tokens = beyondChance(actual.tokens(), actual.prompts(), expected.tokens(), expected.prompts());
        return lengths >= tokens ? new Shift("promptLengths", lengths) : new Shift("promptTokens", tokens);
    }

    private static List<Long> counts(Map<Integer, Long> histogram, Iterable<Integer> bounds) {
        List<Long> counts = new ArrayList<>();
        for (int bound : bounds) counts.add(histogram.getOrDefault(bound, 0L));
        return counts;
    }

    private static double sum(List<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
