package dev.tunedrop.trainer.optim;

import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Fused;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Trial;

/// One step's arithmetic on one tensor; see [AdamW] for the formula.
///
/// @param learningRate lr
/// @param step t, counted from 1
/// @param oneLessBeta1 1 - β₁ on the device (0-dim fp32)
record Update(double learningRate, int step, NDArray oneLessBeta1) {

    private static final Fused FUSED = new Fused(Kernel.ADAM_W, 1e-6, 0, Update::trial);
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;

    /// @param scope closes after the step
    static Update of(double learningRate, int step, NDManager scope) {
        return new Update(learningRate, step, scope.create((float) (1 - BETA_1)));
    }

    /// Moves p, m and v, all fp32 of one shape. On a GPU it is one kernel: 28 bytes a weight and one launch, where the
    /// operations below move about 100 in eight.
    void move(NDArray p, NDArray g, NDArray m, NDArray v) {
        Bound kernel = FUSED.on(p, g, m, v);
        if (kernel == null) plain(p, g, m, v);
        else fused(kernel, p, g, m, v);
    }

    private void fused(Bound kernel, NDArray p, NDArray g, NDArray m, NDArray v) {
        long n = p.getShape().size();
        kernel.each(
                "",
                n,
                1,
                p,
                g,
                m,
                v,
                n,
                (float) (1 - BETA_1),
                (float) BETA_2,
                (float) (1 - BETA_2),
                (float) Math.sqrt(1 - Math.pow(BETA_2, step)),
                (float) EPSILON,
                (float) (learningRate / (1 - Math.pow(BETA_1, step))));
    }

    private void plain(NDArray p, NDArray g, NDArray m, NDArray v) {
        double correction1 = 1 - Math.pow(BETA_1, step);
        double correction2 = Math.sqrt(1 - Math.pow(BETA_2, step));
        Ops.lerp_(m, g, oneLessBeta1);
        Ops.addcmul_(Ops.mulScalar_(v, BETA_2), g, g, 1 - BETA_2);
        NDArray denominator = v.sqrt().divi(correction2).addi(EPSILON);
        Ops.addcdiv_(p, m, denominator, -learningRate / correction1);
    }

    private static List<Trial.Pair> trial(Bound kernel, NDManager manager, DataType type) {
        NDArray p = Trial.normal(manager, type, 1, 1001);
        NDArray g = Trial.normal(manager, type, 2, 1001);
        NDArray m = Trial.normal(manager, type, 3, 1001);
        NDArray v = Trial.normal(manager, type, 4, 1001).square();
        NDArray otherP = p.duplicate();
        NDArray otherM = m.duplicate();
        NDArray otherV = v.duplicate();
        Update update = of(0.1, 3, manager);
        update.fused(kernel, p, g, m, v);
        update.plain(otherP, g, otherM, otherV);
        return List.of(new Trial.Pair(p, otherP), new Trial.Pair(m, otherM), new Trial.Pair(v, otherV));
    }
}
