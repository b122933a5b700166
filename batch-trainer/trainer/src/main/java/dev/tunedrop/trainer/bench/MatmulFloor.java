package dev.tunedrop.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// The time that a training pass's large products alone take on this device, at its own shapes: y = x Wᵀ, dx = dy W
/// and, where weights are trained, dW = dyᵀ x, for every linear map and the head. No trainer on this LibTorch is
/// quicker, so the ratio to it says how much everything else costs, whatever else the machine does at the time.
///
/// @param type of the products
/// @param tokens of the micro-batch, T
/// @param weightGradients whether dW is
record MatmulFloor(DataType type, int tokens, boolean weightGradients) {

    private static final int REPEATS = 3;
    private static final int HEAD_ROWS = 512;

    /// Seconds.
    double of(ModelConfig model, NDManager manager) {
        double seconds = 0;
        for (Projection projection : model.architecture().linears().keySet())
            seconds += model.layers() * map(tokens, projection.rows(model), projection.columns(model), manager);
        int rows = Math.min(tokens, HEAD_ROWS);
        return seconds + map(rows, model.vocabulary(), model.hidden(), manager) * tokens / rows;
    }

    private double map(int rows, long outputs, long inputs, NDManager parent) {
        try (NDManager manager = parent.newSubManager()) {
            NDArray w = normal(outputs, inputs, manager);
            NDArray x = normal(rows, inputs, manager);
            NDArray dy = normal(rows, outputs, manager);
            Runnable products = () -> {
                Ops.linear(x, w).close();
                Ops.mm(dy, w).close();
                if (weightGradients) Ops.mmTn(dy, x).close();
            };
            Clock.seconds(products, w);
            double[] seconds = new double[REPEATS];
            for (int i = 0; i < REPEATS; i++) seconds[i] = Clock.seconds(products, w);
            return Clock.median(seconds);
        }
    }

    private NDArray normal(long rows, long columns, NDManager manager) {
        return Aten.inPlace("aten::normal_", "", manager.create(new Shape(rows, columns), type), 0.0, 1.0, null);
    }
}
