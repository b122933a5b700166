package dev.tunedrop.endpoint.api;

import java.util.List;

import dev.tunedrop.endpoint.generate.LabelScores;

/// The label of a text.
///
/// @param object `classification`
/// @param model the name under which it was served
/// @param label the most probable
/// @param scores of all labels, the most probable first
/// @param tokens that were read; a text that is longer than the model can read loses its end
public record LabelReply(String object, String model, String label, List<LabelScores.Score> scores, int tokens) {

    public LabelReply {
        scores = List.copyOf(scores);
    }

    public static LabelReply of(String model, LabelScores found) {
        return new LabelReply("classification", model, found.label(), found.scores(), found.tokens());
    }
}
