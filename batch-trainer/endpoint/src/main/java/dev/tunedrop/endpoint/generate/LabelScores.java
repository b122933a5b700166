package dev.tunedrop.endpoint.generate;

import java.util.Comparator;
import java.util.List;

/// How probable each label of a text is, the most probable first.
///
/// @param tokens that were read
public record LabelScores(List<Score> scores, int tokens) {

    /// @param score 0 … 1; those of all labels add up to 1
    public record Score(String label, double score) {}

    public LabelScores {
        scores = scores.stream()
                .sorted(Comparator.comparingDouble(Score::score).reversed())
                .toList();
        if (scores.isEmpty()) throw new IllegalArgumentException("a text has at least one label");
    }

    public String label() {
        return scores.getFirst().label();
    }
}
