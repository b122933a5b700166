package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.op.Attention;

/// What the forward of a layer leaves for its backward, by the names that [LayerPass] has for it.
///
/// @param d absent where no norm reads it
record LayerState(
        NDArray x,
        NDArray n1,
        Turned turned,
        Attended attended,
        NDArray m,
        NDArray n2,
        Inner inner,
        NDArray h,
        @Nullable NDArray d) {

    /// Queries and keys turned by their positions, and values.
    record Turned(NDArray q, NDArray k, NDArray v) {}

    /// @param kept of attention
    /// @param o absent where no norm reads it
    record Attended(
            Attention.Kept kept, NDArray a, @Nullable NDArray o, NDArray s) {}

    record Inner(@Nullable NDArray gate, NDArray up) {}

    /// What waits between the forward and the backward beside x; what is absent is computed again.
    record Waiting(
            @Nullable Turned turned,
            @Nullable Attended attended,
            @Nullable Inner inner,
            @Nullable NDArray d) {

        static final Waiting NOTHING = new Waiting(null, null, null, null);

        void attach(NDManager scope) {
            if (turned != null) move(scope, turned.q, turned.k, turned.v);
            if (attended != null)
                move(scope, attended.kept.out(), attended.kept.logSumExp(), attended.a, attended.o, attended.s);
            if (inner != null) move(scope, inner.gate, inner.up);
            move(scope, d);
        }

        private static void move(NDManager scope, @Nullable NDArray... arrays) {
            for (NDArray array : arrays) if (array != null) array.attach(scope);
        }
    }

    /// @param keep less than all
    Waiting waiting(Keep keep) {
        return switch (keep) {
            case INPUT -> Waiting.NOTHING;
            case ATTENTION -> new Waiting(null, attended, null, null);
            case PRODUCTS -> new Waiting(turned, attended, inner, d);
            case ALL -> throw new IllegalArgumentException("a layer that keeps all is not computed again");
        };
    }
}
