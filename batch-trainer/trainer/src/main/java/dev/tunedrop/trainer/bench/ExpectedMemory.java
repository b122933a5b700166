package dev.tunedrop.trainer.bench;

import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;

/// The memory of a QLoRA pass in bf16 with recompute, where each weight is open for one product, by counting what is
/// held at its peak: in the backward of a layer's feed-forward part.
///
/// ```
/// at rest    4.127/8 P + 2 (embedding and head) + 18 R      R: fp32 master, gradient, two moments; a bf16 copy
/// inputs     2 L T C
/// peak       2 (4 T F + 6 T C + 2 T K D + the largest matrix)    gate, up, h, dh; n1, q, a, m, n2, dy; k, v
/// ```
///
/// What an allocator rounds up comes on top.
///
/// @param rest bytes at rest
/// @param inputs bytes of the layers' inputs
/// @param peak bytes of the layer at its peak
record ExpectedMemory(double rest, double inputs, double peak) {

    private static final double NF4_BYTES = 4.127 / 8;
    private static final double BF16_BYTES = 2;
    private static final double ADAPTER_BYTES = 18;
    private static final double GIB = 1L << 30;

    static ExpectedMemory of(ModelConfig model, int rank, double tokens) {
        double adapter = 0;
        double largest = 0;
        for (LinearMap map : model.linearMaps()) {
            adapter += (double) rank * (map.rows() + map.columns());
            largest = Math.max(largest, (double) map.rows() * map.columns());
        }
        double tables = (double) model.vocabulary() * model.hidden() * (model.tiedHead() ? 1 : 2);
        double rest = NF4_BYTES * Limit.linearWeights(model) + BF16_BYTES * tables + ADAPTER_BYTES * adapter;
        double inputs = BF16_BYTES * model.layers() * tokens * model.hidden();
        double values = tokens * (4.0 * model.intermediate() + 6.0 * model.hidden() + 2.0 * model.keyWidth());
        return new ExpectedMemory(rest, inputs, BF16_BYTES * (values + largest));
    }

    double gib() {
        return (rest + inputs + peak) / GIB;
    }
}
