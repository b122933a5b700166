package dev.tunedrop.trainer.model;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.trainer.quant.DenseWeight;
import dev.tunedrop.trainer.quant.Nf4Weight;
import dev.tunedrop.trainer.quant.StoredWeight;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.NormPlace;
import dev.tunedrop.trainer.weights.Projection;

/// Bases of the true shapes of models that are not at hand.
final class RandomBase {

    private static final double DEVIATION = 0.02;

    private RandomBase() {}

    static FrozenBase of(ModelConfig config, BaseOptions options, NDManager parent) {
        NDManager manager = parent.newSubManager();
        boolean made = false;
        try {
            NDArray embedding = normal(config.vocabulary(), config.hidden(), options, manager);
            NDArray head =
                    config.tiedHead() ? embedding : normal(config.vocabulary(), config.hidden(), options, manager);
            List<FrozenBase.Layer> layers = new ArrayList<>();
            for (int layer = 0; layer < config.layers(); layer++) {
                Map<Projection, StoredWeight> linears = new EnumMap<>(Projection.class);
                for (Projection projection : Projection.values())
                    linears.put(
                            projection, stored(projection.rows(config), projection.columns(config), options, manager));
                Map<NormPlace, NDArray> norms = new EnumMap<>(NormPlace.class);
                for (NormPlace place : config.architecture().norms().keySet())
                    norms.put(place, ones(config, options, manager));
                layers.add(new FrozenBase.Layer(norms, linears, Map.of()));
            }
            FrozenBase base =
                    new FrozenBase(config, options, manager, embedding, head, ones(config, options, manager), layers);
            made = true;
            return base;
        } finally {
            if (!made) manager.close();
        }
    }

    private static StoredWeight stored(long rows, long columns, BaseOptions options, NDManager manager) {
        return options.quantised()
                ? Nf4Weight.random(manager, rows, columns, options.compute())
                : new DenseWeight(normal(rows, columns, options, manager));
    }

    private static NDArray normal(long rows, long columns, BaseOptions options, NDManager manager) {
        NDArray values = manager.create(new Shape(rows, columns), options.compute());
        return Aten.inPlace("aten::normal_", "", values, 0.0, DEVIATION, null);
    }

    private static NDArray ones(ModelConfig config, BaseOptions options, NDManager manager) {
        return manager.ones(new Shape(config.hidden()), options.compute());
    }
}
