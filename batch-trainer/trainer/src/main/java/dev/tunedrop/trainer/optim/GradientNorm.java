package dev.tunedrop.trainer.optim;

import java.util.List;
import java.util.Optional;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.model.Parameter;

/// The norm of all gradients taken as one vector, and what clipping makes of it (`torch.nn.utils.clip_grad_norm_`).
public final class GradientNorm {

    private static final double EPSILON = 1e-6;

    private GradientNorm() {}

    /// √ Σ g² over every gradient as it stands. Sums of squares are added in the parameters' order, in double, so the
    /// result does not depend on timing.
    public static double of(List<Parameter> parameters) {
        NDManager manager = parameters.getFirst().gradient().getManager();
        try (NDManager scope = manager.newSubManager()) {
            NDList squares = new NDList(parameters.size());
            for (Parameter parameter : parameters)
                squares.add(Ops.normSquared(((LtNDArray) parameter.gradient()).alias(scope)));
            NDArray stacked = NDArrays.stack(squares);
            double sum = 0;
            for (float square : stacked.toFloatArray()) sum += square;
            return Math.sqrt(sum);
        }
    }

    /// The name of the first parameter whose gradient holds a NaN or an infinity, or is so large that its square is
    /// one.
    public static Optional<String> firstNonFinite(List<Parameter> parameters) {
        return parameters.stream()
                .filter(parameter -> !Double.isFinite(of(List.of(parameter))))
                .map(Parameter::name)
                .findFirst();
    }

    /// What gradients of this norm are multiplied by, so that it is at most `maximum`.
    public static double clip(double norm, double maximum) {
        return Math.min(1, maximum / (norm + EPSILON));
    }
}
