package dev.tunedrop.trainer.op;

import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Fused;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Trial;

/// Dropout: an element is 0 with probability p, else 1 / (1 - p).
///
/// ```
/// m[t, c] = element(t, c) < p 2³² ? 0 : 1 / (1 - p)     element: TokenDraws
/// ```
///
/// On a GPU a kernel draws the same numbers where they are used, and the mask is never stored; elsewhere they are drawn
/// in Java.
///
/// @param draws of the micro-batch's tokens
/// @param place number of the linear map in front of which this stands
/// @param probability p, in (0, 1)
public record DropoutMask(TokenDraws draws, long place, double probability) {

    private static final Fused FUSED = new Fused(Kernel.DROPOUT, 0, 0, DropoutMask::trial);
    private static final int PACK = 8;

    /// x (T, I) ⊙ m, or another handle on x where there is no mask.
    static NDArray apply(@Nullable DropoutMask mask, NDArray x) {
        if (mask == null) return Aliases.of(x);
        int columns = Math.toIntExact(x.getShape().get(1));
        Shapes.mustBe("x", x, mask.draws.states().length, columns);
        NDArray states = mask.draws.there();
        Bound kernel = states != null && columns % PACK == 0 ? FUSED.on(x) : null;
        return kernel == null || states == null ? mask.plain(x) : mask.fused(kernel, x, states);
    }

    private NDArray fused(Bound kernel, NDArray x, NDArray states) {
        NDArray y = x.getManager().create(x.getShape(), x.getDataType());
        long n = x.getShape().size();
        kernel.each("", n, kernel.pack(), x, y, states, place, columns(x), threshold(), kept(), n);
        return y;
    }

    private NDArray plain(NDArray x) {
        long threshold = threshold();
        float kept = kept();
        float[] values = draws.values(place, columns(x), bits -> bits < threshold ? 0 : kept);
        try (NDArray m = Casts.to(x.getDataType(), x.getManager().create(values, x.getShape()))) {
            return x.mul(m);
        }
    }

    private static int columns(NDArray x) {
        return Math.toIntExact(x.getShape().get(1));
    }

    private float kept() {
        return (float) (1 / (1 - probability));
    }

    private long threshold() {
        return (long) (probability * (1L << 32));
    }

    private static List<Trial.Pair> trial(Bound kernel, NDManager manager, DataType type) {
        TokenDraws draws = TokenDraws.of(7, 3, new long[] {5, 2}, new int[] {3, 4});
        DropoutMask mask = new DropoutMask(draws, TokenDraws.place("trial"), 0.3);
        NDArray x = Trial.normal(manager, type, 1, 7, 136);
        return List.of(new Trial.Pair(mask.fused(kernel, x, manager.create(draws.states())), mask.plain(x)));
    }
}
