package dev.tunedrop.trainer.adapter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.OuterModules;
import dev.tunedrop.trainer.weights.Projection;

/// The names by which settings and PEFT choose linear maps: a name stands for every map whose path ends with it, so
/// `dense` is three maps of a BERT layer, and `attention.output.dense` one of them.
///
/// @param paths of the maps that the model has
record Targets(Map<Projection, String> paths, List<String> others) {

    static Targets of(ModelConfig model) {
        Map<Projection, String> paths = new EnumMap<>(Projection.class);
        paths.putAll(model.architecture().linears());
        OuterModules.MaskedHead masked = model.architecture().outer().masked();
        if (!model.labels().isEmpty())
            return new Targets(paths, List.of(model.classifier().pooler()));
        if (masked != null) paths.put(Projection.TRANSFORM, masked.transform());
        return new Targets(paths, List.of());
    }

    /// @param where names the field in the message
    /// @throws UserMistake when a name stands for no linear map of the model
    Set<Projection> parse(List<String> names, String where) {
        if (names.equals(List.of(RunSettings.ALL_LINEAR))) return EnumSet.copyOf(paths.keySet());
        EnumSet<Projection> chosen = EnumSet.noneOf(Projection.class);
        for (String name : names) {
            Set<Projection> found = named(name);
            if (found.isEmpty())
                throw new UserMistake("%s: \"%s\" is no linear layer of this model. Use \"%s\" or some of %s"
                        .formatted(
                                where,
                                name,
                                RunSettings.ALL_LINEAR,
                                String.join(", ", names(EnumSet.copyOf(paths.keySet())))));
            chosen.addAll(found);
        }
        return chosen;
    }

    private Set<Projection> named(String name) {
        EnumSet<Projection> found = EnumSet.noneOf(Projection.class);
        paths.forEach((projection, path) -> {
            if (ends(path, name)) found.add(projection);
        });
        return found;
    }

    private static boolean ends(String path, String name) {
        return path.equals(name) || path.endsWith("." + name);
    }

    /// The shortest names that stand for these maps and for nothing else.
    List<String> names(Set<Projection> targets) {
        Set<String> names = new LinkedHashSet<>();
        paths.forEach((projection, path) -> {
            if (targets.contains(projection)) names.add(shortest(path, targets));
        });
        return new ArrayList<>(names);
    }

    private String shortest(String path, Set<Projection> targets) {
        String[] parts = path.split("\\.");
        for (int from = parts.length - 1; from >= 0; from--) {
            String name = String.join(".", Arrays.copyOfRange(parts, from, parts.length));
            if (targets.containsAll(named(name)) && others.stream().noneMatch(other -> ends(other, name))) return name;
        }
        throw new IllegalArgumentException("no name stands for " + path + " alone");
    }
}
