package dev.tunedrop.trainer.model;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.op.CrossEntropy;
import dev.tunedrop.trainer.op.Gelu;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.Norm;
import dev.tunedrop.trainer.op.Tanh;
import dev.tunedrop.trainer.weights.Architecture;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensors;
import dev.tunedrop.trainer.weights.NormPlace;
import dev.tunedrop.trainer.weights.OuterModules;
import dev.tunedrop.trainer.weights.Projection;

/// Puts a model together out of its configuration and somebody's weights.
///
/// @param parts are asked for in the order in which parameters are listed
record Assembly(ModelConfig config, Parts parts) {

    interface Parts extends Weights {

        /// A linear map without its bias.
        LayerWeights.Source linear(String module);

        /// Maps of one input, without their biases.
        default Together linears(List<String> modules) {
            return new Together(modules.stream().map(this::linear).toList(), null);
        }

        /// How many weights are trained, of all that were asked for so far.
        long trainedWeights();
    }

    /// Maps of one input.
    ///
    /// @param each by itself
    /// @param joined all of them as one; absent: they are computed apart
    record Together(List<LayerWeights.Source> each, LayerWeights.@Nullable GroupSource joined) {}

    Decoder build(BaseOptions options, NDManager manager) {
        Recipe recipe = new Recipe(config);
        Embedder embedder = recipe.embedder(parts, options.compute());
        List<LayerWeights> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) layers.add(layer(layer, recipe));
        Top top = top(recipe);
        CrossEntropy head = head(recipe);
        long open = layers.stream().mapToLong(LayerWeights::openBytes).max().orElse(0);
        ActivationBudget budget = ActivationBudget.of(options, manager.getDevice(), parts.trainedWeights(), open);
        if (budget.opensBriefly()) layers.replaceAll(LayerWeights::briefly);
        BaseOptions decided = options.withActivationBytes(budget.bytes());
        return new Decoder(config, embedder, layers, top, head, decided, manager);
    }

    private LayerWeights layer(int number, Recipe recipe) {
        Architecture family = config.architecture();
        Map<Projection, LayerWeights.Source> linears = new EnumMap<>(Projection.class);
        Map<List<Projection>, LayerWeights.GroupSource> joined = new HashMap<>();
        Set<Projection> has = family.linears().keySet();
        for (Projection projection : has) {
            if (linears.containsKey(projection)) continue;
            List<Projection> group = groupFrom(projection, has);
            List<LinearMap> maps =
                    group.stream().map(each -> config.linearMap(each, number)).toList();
            Together together =
                    parts.linears(maps.stream().map(LinearMap::module).toList());
            for (int i = 0; i < maps.size(); i++) linears.put(group.get(i), biased(together.each.get(i), maps.get(i)));
            if (together.joined != null && sameKind(maps)) joined.put(group, biased(together.joined, maps));
        }
        Map<NormPlace, Norm> norms = new EnumMap<>(NormPlace.class);
        for (NormPlace place : family.norms().keySet())
            norms.put(place, recipe.norm(ModelTensors.normModule(family, place, number), parts));
        return new LayerWeights(number, norms, linears, joined);
    }

    /// The group that begins with this map, or the map alone.
    private static List<Projection> groupFrom(Projection first, Set<Projection> has) {
        for (List<Projection> group : LayerWeights.GROUPS)
            if (group.getFirst() == first && has.containsAll(group)) return group;
        return List.of(first);
    }

    private LayerWeights.Source linear(LinearMap map) {
        return biased(parts.linear(map.module()), map);
    }

    private LayerWeights.Source biased(LayerWeights.Source source, LinearMap map) {
        return hasBias(map) ? source.plus(parts.leaf(map.bias())) : source;
    }

    private LayerWeights.GroupSource biased(LayerWeights.GroupSource joined, List<LinearMap> maps) {
        if (!hasBias(maps.getFirst())) return joined;
        return joined.plus(maps.stream().map(map -> parts.leaf(map.bias())).toList());
    }

    /// Whether all of them have a bias, or none.
    private boolean sameKind(List<LinearMap> maps) {
        return maps.stream().map(this::hasBias).distinct().count() == 1;
    }

    private boolean hasBias(LinearMap map) {
        return config.architecture().biased().contains(map.projection());
    }

    private Top top(Recipe recipe) {
        OuterModules outer = config.architecture().outer();
        Norm norm = outer.norm() == null ? null : recipe.norm(outer.norm(), parts);
        return new Top(norm, inner(outer, recipe));
    }

    private Top.@Nullable Inner inner(OuterModules outer, Recipe recipe) {
        if (!config.labels().isEmpty()) {
            String pooler = config.classifier().pooler();
            return new Top.Inner(parts.linear(pooler).plus(parts.leaf(pooler + ".bias")), new Tanh(), null);
        }
        OuterModules.MaskedHead masked = outer.masked();
        if (masked == null) return null;
        return new Top.Inner(
                linear(config.transform(masked)), new Gelu(false), recipe.norm(masked.transformNorm(), parts));
    }

    private CrossEntropy head(Recipe recipe) {
        Leaf w = parts.leaf(config.headTensor());
        String bias = config.headBias();
        return new CrossEntropy(
                w, CrossEntropy.chunkElements(w.value()), recipe.logitCap(), bias == null ? null : parts.leaf(bias));
    }
}
