package dev.tunedrop.trainer.adapter;

import java.util.List;
import java.util.Set;

import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// The shape of an adapter.
///
/// @param rank R
/// @param alpha the correction is scaled by alpha / R, or alpha / √R with `rslora`
/// @param dora each output has a trained magnitude beside its direction
/// @param dropout on the correction's input while training
/// @param targets the corrected linear maps; those that a model lacks do not count
public record LoraConfig(
        int rank, double alpha, boolean rslora, boolean dora, double dropout, Set<Projection> targets) {

    public LoraConfig {
        if (rank < 1) throw new IllegalArgumentException("rank must be at least 1, was " + rank);
        if (dropout < 0 || dropout >= 1)
            throw new IllegalArgumentException("dropout must be in [0, 1), was " + dropout);
        if (targets.isEmpty()) throw new IllegalArgumentException("an adapter needs at least one target");
        targets = Set.copyOf(targets);
    }

    /// Without magnitudes.
    public LoraConfig(int rank, double alpha, boolean rslora, double dropout, Set<Projection> targets) {
        this(rank, alpha, rslora, false, dropout, targets);
    }

    /// @throws dev.tunedrop.events.UserMistake when a target is no linear map of the model
    public static LoraConfig of(RunSettings settings, ModelConfig model) {
        return new LoraConfig(
                settings.rank(),
                settings.alpha(),
                settings.rslora(),
                settings.dora(),
                settings.dropout(),
                Targets.of(model).parse(settings.targets(), "targets"));
    }

    /// The names by which PEFT chooses these targets in a model.
    public List<String> targetNames(ModelConfig model) {
        return Targets.of(model).names(targets);
    }

    /// s, what multiplies B A x.
    public double scale() {
        return rslora ? alpha / Math.sqrt(rank) : alpha / rank;
    }
}
