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
    private static final float ROUNDER = 12582912f; // 1.5 · 2²³: what is added to it is rounded to a whole number
    private static final int EXPONENT = 23;

    // Vectors rather than numbers: a compiler that has inlined thousands of nodes of this API stops, and what it then
    // calls instead makes an object of every vector.
    private static final FloatVector PER_LN_2 = all(1.44269504f);
    private static final FloatVector ROUNDERS = all(ROUNDER);
    private static final FloatVector LESS_LN_2_HIGH = all(-0.693359375f);
    private static final FloatVector LESS_LN_2_LOW = all(2.12194440e-4f);
    private static final FloatVector P7 = all(1.9875691500e-4f);
    private static final FloatVector P6 = all(1.3981999507e-3f);
    private static final FloatVector P5 = all(8.3334519073e-3f);
    private static final FloatVector P4 = all(4.1665795894e-2f);
    private static final FloatVector P3 = all(1.6666665459e-1f);
    private static final FloatVector P2 = all(5.0000001201e-1f);
    private static final FloatVector ONE = all(1);
    private static final FloatVector TWO = all(2);

    private Exponential() {}

    static FloatVector of(FloatVector x) {
        FloatVector held = x.max(LEAST).min(MOST);
        FloatVector shifted = held.fma(PER_LN_2, ROUNDERS);
        IntVector n = shifted.reinterpretAsInts();
        FloatVector whole = shifted.sub(ROUNDERS);
        FloatVector r = whole.fma(LESS_LN_2_LOW, whole.fma(LESS_LN_2_HIGH, held));
        FloatVector p = P7.fma(r, P6).fma(r, P5).fma(r, P4).fma(r, P3).fma(r, P2);
        FloatVector result = p.fma(r.mul(r), r).add(ONE);
        return result.reinterpretAsInts()
                .add(n.lanewise(VectorOperators.LSHL, EXPONENT))
                .reinterpretAsFloats();
    }

    /// 1 / (1 + exp(-x)).
    static FloatVector sigmoid(FloatVector x) {
        return ONE.div(of(x.neg()).add(ONE));
    }

    /// 1 - 2 / (exp(2x) + 1).
    static FloatVector tanh(FloatVector x) {
        return ONE.sub(TWO.div(of(x.add(x)).add(ONE)));
    }
}
