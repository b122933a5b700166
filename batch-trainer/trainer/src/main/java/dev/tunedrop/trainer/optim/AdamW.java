package dev.tunedrop.trainer.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.model.Parameter;

/// AdamW as `torch.optim.AdamW` computes it, operation by operation, in fp32 on the parameters' device.
///
/// ```
/// p ← p (1 - lr λ)
/// m ← m + (1 - β₁)(g - m)
/// v ← β₂ v + (1 - β₂) g²
/// p ← p - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)          t = 1, 2, …
/// ```
/// Loshchilov and Hutter: Decoupled Weight Decay Regularization, ICLR 2019.
public final class AdamW implements AutoCloseable {

    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final List<Parameter> parameters;
    private final double weightDecay;
    private final NDManager manager;
    private final Map<String, Moments> moments = new LinkedHashMap<>();
    private int steps;

    /// First and second moment of one parameter's gradient, fp32, of the parameter's shape.
    public record Moments(NDArray first, NDArray second) {}

    public AdamW(List<Parameter> parameters, double weightDecay, NDManager parent) {
        this.parameters = List.copyOf(parameters);
        this.weightDecay = weightDecay;
        this.manager = parent.newSubManager();
        for (Parameter parameter : parameters) {
            Shape shape = parameter.master().getShape();
            moments.put(
                    parameter.name(),
                    new Moments(manager.zeros(shape, DataType.FLOAT32), manager.zeros(shape, DataType.FLOAT32)));
        }
    }

    /// One step. Gradients are multiplied by `gradientScale` first, and are zero afterwards.
    public void step(double learningRate, double gradientScale) {
        steps++;
        double correction1 = 1 - Math.pow(BETA_1, steps);
        double correction2 = Math.sqrt(1 - Math.pow(BETA_2, steps));
        try (NDManager scope = manager.newSubManager()) {
            NDArray oneLessBeta1 = scope.create((float) (1 - BETA_1));
            for (Parameter parameter : parameters)
                try (NDManager step = scope.newSubManager()) {
                    Moments moment = moments(parameter.name());
                    NDArray p = in(step, parameter.master());
                    NDArray g = in(step, parameter.gradient());
                    NDArray m = in(step, moment.first());
                    NDArray v = in(step, moment.second());
                    Ops.mulScalar_(g, gradientScale);
                    if (weightDecay != 0) Ops.mulScalar_(p, 1 - learningRate * weightDecay);
                    Ops.lerp_(m, g, in(step, oneLessBeta1));
                    Ops.addcmul_(Ops.mulScalar_(v, BETA_2), g, g, 1 - BETA_2);
                    NDArray denominator = v.sqrt().divi(correction2).addi(EPSILON);
                    Ops.addcdiv_(p, m, denominator, -learningRate / correction1);
                    Ops.zero_(g);
                }
        }
    }

    /// How many steps were made: t.
    public int steps() {
        return steps;
    }

    /// Goes on from another optimiser's step; the moments are written by the caller.
    public void resumeAt(int stepsMade) {
        steps = stepsMade;
    }

    public Moments moments(String parameter) {
        Moments found = moments.get(parameter);
        if (found == null) throw new IllegalArgumentException("no parameter is named " + parameter);
        return found;
    }

    @Override
    public void close() {
        manager.close();
    }

    private static LtNDArray in(NDManager scope, NDArray array) {
        return ((LtNDArray) array).alias(scope);
    }
}
