package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.trainer.quant.DenseWeight;
import dev.tunedrop.trainer.quant.Nf4Weight;
import dev.tunedrop.trainer.quant.StoredWeight;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensor;
import dev.tunedrop.trainer.weights.ModelTensors;

/// Bases of the true shapes of models that are not at hand.
final class RandomBase {

    private static final double DEVIATION = 0.02;

    private RandomBase() {}

    static FrozenBase of(ModelConfig config, BaseOptions options, NDManager parent) {
        NDManager manager = parent.newSubManager();
        boolean made = false;
        try {
            FrozenBase.Contents contents = new FrozenBase.Contents();
            NDManager lookedUp = LookupTable.home(config, options, manager);
            for (ModelTensor tensor : ModelTensors.of(config)) {
                LinearMap map = tensor.map();
                if (tensor.optional()) continue;
                if (map != null)
                    contents.linears().put(map.module(), stored(map.rows(), map.columns(), options, manager));
                else {
                    NDManager home = tensor.name().equals(config.embeddingTensor()) ? lookedUp : manager;
                    contents.arrays().put(tensor.name(), array(tensor, options, home));
                }
            }
            made = true;
            return new FrozenBase(config, options, manager, contents);
        } finally {
            if (!made) manager.close();
        }
    }

    private static NDArray array(ModelTensor tensor, BaseOptions options, NDManager manager) {
        Shape shape = new Shape(tensor.shape());
        return switch (tensor.kind()) {
            case NORM -> manager.ones(shape, options.compute());
            case BIAS, TOP_BIAS -> manager.zeros(shape, options.compute());
            case TABLE, LINEAR, TOP -> normal(shape.get(0), shape.get(1), options, manager);
        };
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
}
