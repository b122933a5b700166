package dev.tunedrop.endpoint.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.op.Aliases;

/// The keys and values of one layer for the tokens read so far.
///
/// Laid out (1, K, S, D), so the keys of one head lie together; K key heads, S tokens that there is room for, D
/// width of a head. Room is doubled when it runs out, up to the most that the request may need.
final class KeyValueCache {

    private static final int FIRST_ROOM = 128;

    private final NDManager manager;
    private final int most;
    private NDArray keys;
    private NDArray values;

    /// @param manager owns the memory
    /// @param most tokens that will ever be kept
    KeyValueCache(NDManager manager, long heads, long width, int most, DataType type) {
        this.manager = manager;
        this.most = most;
        Shape shape = new Shape(1, heads, Math.min(FIRST_ROOM, most), width);
        keys = manager.zeros(shape, type);
        values = manager.zeros(shape, type);
    }

    /// Keeps the keys and values of the tokens from `position` on.
    ///
    /// @param k (1, K, T, D)
    /// @param v (1, K, T, D)
    void keep(int position, NDArray k, NDArray v) {
        long tokens = k.getShape().get(2);
        long needed = position + tokens;
        if (needed > most)
            throw new IllegalStateException("%d tokens do not fit into a context of %d".formatted(needed, most));
        if (needed > room()) grow(needed, position);
        try (NDArray keyPlace = Ops.narrow(keys, 2, position, tokens);
                NDArray valuePlace = Ops.narrow(values, 2, position, tokens)) {
            Ops.copy_(keyPlace, k);
            Ops.copy_(valuePlace, v);
        }
    }

    private long room() {
        return keys.getShape().get(2);
    }

    private void grow(long needed, int kept) {
        long room = Math.min(most, Math.max(needed, 2 * room()));
        keys = moved(keys, room, kept);
        values = moved(values, room, kept);
    }

    private NDArray moved(NDArray from, long room, int kept) {
        Shape shape = from.getShape();
        NDArray to = manager.zeros(new Shape(1, shape.get(1), room, shape.get(3)), from.getDataType());
        try (from;
                NDArray source = Ops.narrow(from, 2, 0, kept);
                NDArray target = Ops.narrow(to, 2, 0, kept)) {
            Ops.copy_(target, source);
        }
        return to;
    }

    /// The keys of `count` tokens from `first` on, (1, K, count, D), a view that belongs to `scope`.
    NDArray keys(int first, int count, NDManager scope) {
        return Ops.narrow(Aliases.in(scope, keys), 2, first, count);
    }

    NDArray values(int first, int count, NDManager scope) {
        return Ops.narrow(Aliases.in(scope, values), 2, first, count);
    }
}
