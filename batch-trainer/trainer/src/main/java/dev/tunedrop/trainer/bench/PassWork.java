package dev.tunedrop.trainer.bench;

import java.util.Map;

import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// FLOPs of one token in a pass of QLoRA, and what of them is done a second time for what its layers do not keep. For a
/// decoder that normalises before its parts: the down projection, which nothing in the backward reads, is never done
/// again.
///
/// ```
/// products     4 P + 4 H + 2 again
/// again        P - P_down where a layer keeps its input, P - P_down - P_output where it keeps attention, else 0
/// attention    3.5 a, and a again where a layer keeps its input
/// adapter      6 R + h, and 2 R of what is done again     h = 2 · rank · inputs: x A is made again by the backward
/// ```
///
/// @param products large ones
/// @param attention forward, those done again included
/// @param attentionBackward the gradients of attention
/// @param adapter small products
record PassWork(double products, double attention, double attentionBackward, double adapter) {

    /// @param layers how many keep what
    static PassWork of(ModelConfig model, int rank, int row, Map<Keep, Integer> layers) {
        double products = 4 * Limit.linearWeights(model) + 4 * Limit.head(model);
        double each = Limit.attention(model, row) / model.layers();
        double attention = model.layers() * each;
        double adapter = 6 * Limit.adapterWeights(model, rank);
        for (Projection projection : model.architecture().linears().keySet()) {
            adapter += 2.0 * rank * projection.columns(model) * model.layers();
            for (Map.Entry<Keep, Integer> kept : layers.entrySet()) {
                if (!again(projection, kept.getKey())) continue;
                double rows = projection.rows(model);
                double columns = projection.columns(model);
                products += 2 * kept.getValue() * rows * columns;
                adapter += 2 * kept.getValue() * rank * (rows + columns);
            }
        }
        attention += layers.getOrDefault(Keep.INPUT, 0) * each;
        return new PassWork(products, attention, 2.5 * model.layers() * each, adapter);
    }

    /// Whether a layer that keeps so much does this product a second time.
    static boolean again(Projection projection, Keep keep) {
        return switch (keep) {
            case INPUT -> projection != Projection.DOWN;
            case ATTENTION -> projection != Projection.DOWN && projection != Projection.OUTPUT;
            case PRODUCTS, ALL -> false;
        };
    }

    double flops() {
        return products + attention + attentionBackward + adapter;
    }
}
