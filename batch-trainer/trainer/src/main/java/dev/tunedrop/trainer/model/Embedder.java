package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.op.Aliases;
import dev.tunedrop.trainer.op.Casts;
import dev.tunedrop.trainer.op.EmbeddingNoise;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.Norm;

/// What the first layer reads.
///
/// ```
/// forward    e = s E[ids] + P[positions] + Y[0]     (T, C)    P, Y and the norm where the architecture has them
///            x_0 = norm(e)                          (T, C)
/// backward   dE[ids[t]] += s de[t]                  dP[positions[t]] += de[t]      dY[0] += Σ_t de[t]
/// ```
///
/// @param tokens E (V, C)
/// @param positions P (S, C)
/// @param types Y (2, C): every token is of the first segment
/// @param scale s
public record Embedder(
        Leaf tokens,
        @Nullable Leaf positions,
        @Nullable Leaf types,
        @Nullable Norm norm,
        double scale) {

    /// Refuses a token that a base's embedding has no row for: then its tokenizer belongs to other weights.
    public static void requireRow(int id, long rows) {
        if (id < 0 || id >= rows)
            throw new UserMistake(
                    "Token %d has no row in the base's embedding, which has %d: its tokenizer.json and its weights do not belong together. Fetch the base model again."
                            .formatted(id, rows));
    }

    /// @param ids (T)
    /// @param at each token's position in its row, (T)
    /// @return x_0, in `scope`
    public NDArray forward(int[] ids, long[] at, NDManager scope) {
        return forward(ids, at, null, scope);
    }

    /// @param noise on E[ids], scaled as they are
    NDArray forward(int[] ids, long[] at, @Nullable EmbeddingNoise noise, NDManager scope) {
        NDArray e = sum(ids, at, noise, scope);
        return norm == null ? e : norm.forward(e);
    }

    private NDArray sum(int[] ids, long[] at, @Nullable EmbeddingNoise noise, NDManager scope) {
        for (int id : ids) requireRow(id, rows(tokens));
        NDArray e = looked(tokens.value(), ids, scope);
        if (noise != null) noise.addTo(e);
        if (scale != 1) Ops.mulScalar_(e, scale);
        if (positions != null) Ops.add_(e, Ops.embedding(positions.value(), scope.create(places(at))), 1);
        if (types != null) Ops.add_(e, Aliases.in(scope, types.value()).get(0), 1);
        return e;
    }

    /// E[ids], gathered where the table is.
    private static NDArray looked(NDArray table, int[] ids, NDManager scope) {
        if (table.getDevice().equals(scope.getDevice()))
            return Ops.embedding(Aliases.in(scope, table), scope.create(ids));
        try (NDManager home = table.getManager().newSubManager()) {
            NDArray rows = Ops.embedding(Aliases.in(home, table), home.create(ids));
            return Ops.toDevice(rows, scope.getDevice(), scope);
        }
    }

    private long[] places(long[] at) {
        for (long position : at) {
            if (positions != null && position >= rows(positions))
                throw new IllegalArgumentException("a row of more than %d tokens is longer than this model's positions"
                        .formatted(rows(positions)));
        }
        return at;
    }

    /// Adds to the gradients of what is trained.
    ///
    /// @param dx (T, C)
    void backward(int[] ids, long[] at, @Nullable EmbeddingNoise noise, NDArray dx) {
        if (tokens.gradient() == null) return;
        NDManager scope = dx.getManager();
        NDArray de = norm == null ? dx : norm.backward(sum(ids, at, noise, scope), dx);
        NDArray wide = Casts.to(DataType.FLOAT32, de);
        addRows(tokens, wide, scope.create(ids), scale);
        if (positions != null) addRows(positions, wide, scope.create(at), 1);
        if (types != null) addRows(types, wide, scope.create(new long[at.length]), 1);
    }

    private static void addRows(Leaf table, NDArray de, NDArray ids, double scale) {
        if (table.gradient() == null) return;
        NDArray sums = Aten.one("aten::embedding_dense_backward", "", de, ids, rows(table), -1, false);
        Ops.add_(table.gradient(), sums, scale);
    }

    private static long rows(Leaf table) {
        return table.value().getShape().get(0);
    }
}
