package dev.tunedrop.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.libtorch.Ops;

/// One step's arithmetic on one tensor; see [AdamW] for the formula.
///
/// @param learningRate lr
/// @param step t, counted from 1
/// @param oneLessBeta1 1 - β₁ on the device (0-dim fp32)
record Update(double learningRate, int step, NDArray oneLessBeta1) {

    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;

    /// @param scope closes after the step
    static Update of(double learningRate, int step, NDManager scope) {
        return new Update(learningRate, step, scope.create((float) (1 - BETA_1)));
    }

    /// Moves p, m and v, all fp32 of one shape.
    void move(NDArray p, NDArray g, NDArray m, NDArray v) {
        double correction1 = 1 - Math.pow(BETA_1, step);
        double correction2 = Math.sqrt(1 - Math.pow(BETA_2, step));
        Ops.lerp_(m, g, oneLessBeta1);
        Ops.addcmul_(Ops.mulScalar_(v, BETA_2), g, g, 1 - BETA_2);
        NDArray denominator = v.sqrt().divi(correction2).addi(EPSILON);
        Ops.addcdiv_(p, m, denominator, -learningRate / correction1);
    }
}
