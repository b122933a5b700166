package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/// Dropout: an element is 0 with probability p, else 1 / (1 - p).
///
/// ```
/// m[t, c] = element(t, c) < p 2³² ? 0 : 1 / (1 - p)     element: TokenDraws
/// ```
///
/// @param draws of the micro-batch's tokens
/// @param place number of the linear map in front of which this stands
/// @param probability p, in (0, 1)
public record DropoutMask(TokenDraws draws, long place, double probability) {

    /// x (T, I) ⊙ m, or another handle on x where there is no mask.
    static NDArray apply(@Nullable DropoutMask mask, NDArray x) {
        if (mask == null) return Aliases.of(x);
        try (NDArray m = mask.values(x)) {
            return x.mul(m);
        }
    }

    private NDArray values(NDArray like) {
        int columns = Math.toIntExact(like.getShape().get(1));
        Shapes.mustBe("x", like, draws.states().length, columns);
        float kept = (float) (1 / (1 - probability));
        long threshold = (long) (probability * (1L << 32));
        float[] values = draws.values(place, columns, bits -> bits < threshold ? 0 : kept);
        return Casts.to(like.getDataType(), like.getManager().create(values, like.getShape()));
    }
}
