package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/// Attention with linear biases (Press, Smith, Lewis 2022): what a head adds to a score falls with the distance of
/// query and key, each head at a slope of its own. Nothing here is trained.
///
/// ```
/// b = m_h (j - i)           of query i and key j ≤ i
/// m_h = 2^(-8 h / n)        h = 1 … n, n the largest power of two up to H
/// m_h = 2^(-4 (2 k - 1)/n)  for the k-th of the H - n heads that are left
/// ```
///
/// @param heads H
public record LinearBias(int heads) {

    /// The slopes m (H).
    float[] slopes() {
        int n = Integer.highestOneBit(heads);
        float[] slopes = new float[heads];
        for (int h = 0; h < heads; h++) {
            double exponent = h < n ? -8.0 * (h + 1) / n : -4.0 * (2 * (h - n) + 1) / n;
            slopes[h] = (float) Math.pow(2, exponent);
        }
        return slopes;
    }

    /// b (H, n, m) in fp32 for n queries and m keys.
    ///
    /// @param ahead how many keys lie before the first query's own
    NDArray of(NDManager scope, long queries, long keys, long ahead) {
        float[] distances = new float[Math.toIntExact(queries * keys)];
        for (int i = 0; i < queries; i++)
            for (int j = 0; j < keys; j++) distances[Math.toIntExact(i * keys + j)] = j - i - ahead;
        return scope.create(slopes(), new Shape(heads, 1, 1)).mul(scope.create(distances, new Shape(queries, keys)));
    }
}
