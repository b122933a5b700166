package dev.tunedrop.trainer.bench;

import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;

/// What arithmetic alone allows: FLOPs that one token of QLoRA training needs, where a layer that is computed again
/// is so wholly. What our passes compute again is less: [PassWork].
///
/// ```
/// with recompute       6 P + 4 H + 8 R + 4.5 a
/// without              4 P + 4 H + 6 R + 3.5 a
/// P   frozen weights of the linear maps          H   weights of the head
/// R   weights of the adapter                     a   FLOPs of one causal attention forward: 2 · row · H D · L
/// ```
final class Limit {

    /// bf16 FLOP/s of a large product of random numbers on one H200, measured; the nominal peak by which shares are
    /// stated.
    static final double H200 = 790e12;

    private Limit() {}

    static double flopsPerToken(ModelConfig model, int rank, int row, boolean recompute) {
        double p = linearWeights(model);
        double r = adapterWeights(model, rank);
        double h = head(model);
        double a = attention(model, row);
        return recompute ? 6 * p + 4 * h + 8 * r + 4.5 * a : 4 * p + 4 * h + 6 * r + 3.5 * a;
    }

    /// R
    static double adapterWeights(ModelConfig model, int rank) {
        double r = 0;
        for (LinearMap map : model.linearMaps()) r += (double) rank * (map.rows() + map.columns());
        return r;
    }

    /// H
    static double head(ModelConfig model) {
        return (double) model.vocabulary() * model.hidden();
    }

    /// a
    static double attention(ModelConfig model, int row) {
        return 2.0 * row * model.queryWidth() * model.layers();
    }

    /// P
    static double linearWeights(ModelConfig model) {
        double p = 0;
        for (LinearMap map : model.linearMaps()) p += (double) map.rows() * map.columns();
        return p;
    }

    /// Tokens a second at `flops` a second.
    static double tokensPerSecond(ModelConfig model, int rank, int row, boolean recompute, double flops) {
        return flops / flopsPerToken(model, rank, row, recompute);
    }
}
