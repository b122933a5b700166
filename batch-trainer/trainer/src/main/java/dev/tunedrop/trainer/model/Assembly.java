package dev.tunedrop.trainer.model;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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

        /// How many weights are trained, of all that were asked for so far.
        long trainedWeights();
    }

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
        for (Projection projection : family.linears().keySet())
            linears.put(projection, linear(config.linearMap(projection, number)));
        Map<NormPlace, Norm> norms = new EnumMap<>(NormPlace.class);
        for (NormPlace place : family.norms().keySet())
            norms.put(place, recipe.norm(ModelTensors.normModule(family, place, number), parts));
        return new LayerWeights(number, norms, linears);
    }

    private LayerWeights.Source linear(LinearMap map) {
        LayerWeights.Source source = parts.linear(map.module());
        boolean biased = config.architecture().biased().contains(map.projection());
        return biased ? source.plus(parts.leaf(map.bias())) : source;
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
