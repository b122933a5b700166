package dev.tunedrop.trainer.adapter;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.weights.Projection;

/// The shape of an adapter.
///
/// @param rank R
/// @param alpha the correction is scaled by alpha / R, or alpha / √R with `rslora`
/// @param dropout on the correction's input while training
/// @param targets the corrected linear maps
public record LoraConfig(int rank, double alpha, boolean rslora, double dropout, Set<Projection> targets) {

    public LoraConfig {
        if (rank < 1) throw new IllegalArgumentException("rank must be at least 1, was " + rank);
        if (dropout < 0 || dropout >= 1)
            throw new IllegalArgumentException("dropout must be in [0, 1), was " + dropout);
        if (targets.isEmpty()) throw new IllegalArgumentException("an adapter needs at least one target");
        targets = Set.copyOf(targets);
    }

    /// @throws UserMistake when a target is no linear map of the architecture
    public static LoraConfig of(RunSettings settings) {
        return new LoraConfig(
                settings.rank(),
                settings.alpha(),
                settings.rslora(),
                settings.dropout(),
                targets(settings.targets(), "targets"));
    }

    /// @param where names the field in the message
    static Set<Projection> targets(List<String> names, String where) {
        if (names.equals(List.of(RunSettings.ALL_LINEAR))) return EnumSet.allOf(Projection.class);
        EnumSet<Projection> chosen = EnumSet.noneOf(Projection.class);
        for (String name : names) chosen.add(target(name, where));
        return chosen;
    }

    private static Projection target(String name, String where) {
        for (Projection projection : Projection.values())
            if (projection.target().equals(name)) return projection;
        throw new UserMistake("%s: \"%s\" is no linear layer of this model. Use \"%s\" or some of %s"
                .formatted(where, name, RunSettings.ALL_LINEAR, String.join(", ", Projection.targets())));
    }

    /// s, what multiplies B A x.
    public double scale() {
        return rslora ? alpha / Math.sqrt(rank) : alpha / rank;
    }
}
