package dev.tunedrop.trainer.kernel.vector;

import static dev.tunedrop.trainer.kernel.vector.Lanes.all;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// exp, and what follows from it, by fused multiplications and additions alone: relative error below 1e-7 and the same
/// bits everywhere, which the API's own exp does not promise.
///
/// ```
/// n = round(x / ln 2)       r = x - n ln 2, ln 2 in two parts
/// exp x = 2ⁿ exp r          exp r ≈ 1 + r + r² p(r)      (coefficients of Cephes' expf, S. Moshier)
/// ```
///
/// x is held between -87.3 and 88: what would be less than 1.2e-38 is that. NaN stays NaN.
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they are published
final class Exponential {

    private static final float LEAST = -87.3f;
    private static final float MOST = 88f;
    private static final float PER_LN_2 = 1.44269504f;
    private static final float LN_2_HIGH = 0.693359375f;
    private static final float LN_2_LOW = -2.12194440e-4f;
    private static final float ROUNDER = 12582912f; // 1.5 · 2²³: what is added to it is rounded to a whole number
    private static final int EXPONENT = 23;

    private Exponential() {}

    static FloatVector of(FloatVector x) {
        FloatVector held = x.max(LEAST).min(MOST);
        FloatVector shifted = held.fma(all(PER_LN_2), all(ROUNDER));
        IntVector n = shifted.reinterpretAsInts();
        FloatVector whole = shifted.sub(ROUNDER);
        FloatVector r = whole.fma(all(-LN_2_LOW), whole.fma(all(-LN_2_HIGH), held));
        FloatVector p = all(1.9875691500e-4f)
                .fma(r, all(1.3981999507e-3f))
                .fma(r, all(8.3334519073e-3f))
                .fma(r, all(4.1665795894e-2f))
                .fma(r, all(1.6666665459e-1f))
                .fma(r, all(5.0000001201e-1f));
        FloatVector result = p.fma(r.mul(r), r).add(1);
        return result.reinterpretAsInts()
                .add(n.lanewise(VectorOperators.LSHL, EXPONENT))
                .reinterpretAsFloats();
    }

    /// 1 / (1 + exp(-x)).
    static FloatVector sigmoid(FloatVector x) {
        return all(1).div(of(x.neg()).add(1));
    }

    /// 1 - 2 / (exp(2x) + 1).
    static FloatVector tanh(FloatVector x) {
        return all(1).sub(all(2).div(of(x.add(x)).add(1)));
    }
}
