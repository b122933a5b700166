package dev.tunedrop.trainer.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.weights.ModelTensor.Kind;

/// Every tensor of a model by name and shape, in the order in which parameters are listed: embeddings, layers, what
/// follows them.
public final class ModelTensors {

    private final ModelConfig config;
    private final Architecture family;
    private final List<ModelTensor> all = new ArrayList<>();

    private ModelTensors(ModelConfig config) {
        this.config = config;
        this.family = config.architecture();
    }

    public static List<ModelTensor> of(ModelConfig config) {
        ModelTensors tensors = new ModelTensors(config);
        tensors.addEmbeddings();
        for (int layer = 0; layer < config.layers(); layer++) tensors.addLayer(layer);
        tensors.addTop();
        return List.copyOf(tensors.all);
    }

    private void addEmbeddings() {
        OuterModules outer = family.outer();
        table(outer.tokens(), config.vocabulary());
        if (outer.positions() != null) table(outer.positions(), config.maxPositions());
        if (outer.types() != null) table(outer.types(), family.types());
        norm(outer.embeddingNorm());
    }

    private void addLayer(int layer) {
        norm(normIn(NormPlace.BEFORE_ATTENTION, layer));
        family.linears().keySet().forEach(projection -> linear(config.linearMap(projection, layer)));
        for (NormPlace place : NormPlace.values()) if (place != NormPlace.BEFORE_ATTENTION) norm(normIn(place, layer));
    }

    private @Nullable String normIn(NormPlace place, int layer) {
        return family.norms().containsKey(place) ? normModule(family, place, layer) : null;
    }

    private void addTop() {
        OuterModules outer = family.outer();
        norm(outer.norm());
        if (config.labels().isEmpty()) {
            OuterModules.MaskedHead masked = outer.masked();
            if (masked != null) {
                linear(config.transform(masked));
                norm(masked.transformNorm());
                all.add(ModelTensor.of(masked.bias(), Kind.BIAS, config.vocabulary()));
            }
            if (!config.tiedHead()) table(outer.head(), config.vocabulary());
            return;
        }
        OuterModules.Classifier classifier = config.classifier();
        top(classifier.pooler(), config.hidden());
        top(classifier.head(), config.labels().size());
    }

    private void table(String module, long rows) {
        all.add(ModelTensor.of(module + ".weight", Kind.TABLE, rows, config.hidden()));
    }

    private void top(String module, long rows) {
        all.add(ModelTensor.of(module + ".weight", Kind.TOP, rows, config.hidden()));
        all.add(ModelTensor.of(module + ".bias", Kind.TOP_BIAS, rows));
    }

    private void linear(LinearMap map) {
        all.add(ModelTensor.linear(map));
        if (family.biased().contains(map.projection())) all.add(ModelTensor.of(map.bias(), Kind.BIAS, map.rows()));
    }

    private void norm(@Nullable String module) {
        if (module == null) return;
        all.add(ModelTensor.of(module + ".weight", Kind.NORM, config.hidden()));
        if (family.centredNorms()) all.add(ModelTensor.of(module + ".bias", Kind.BIAS, config.hidden()));
    }

    /// `model.layers.3.input_layernorm`
    public static String normModule(Architecture family, NormPlace place, int layer) {
        Map<NormPlace, String> norms = family.norms();
        return family.layers() + layer + "." + norms.get(place);
    }
}
