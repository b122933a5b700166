package dev.tunedrop.trainer.quant;

/// The sum of fp32 values in fp32, added in the order in which PyTorch's CPU kernel adds them on one thread with
/// 256-bit vectors: 8 lanes, 4 vectors at a time, and a cascade of 4 levels that keeps partial sums small.
///
/// The offset of double quantisation is such a sum over the number of scales. Another order gives another last bit,
/// and then other bytes in the file.
///
/// Source: `aten/src/ATen/native/cpu/SumKernel.cpp`, `cascade_sum`.
final class CascadeSum {

    private static final int LANES = 8;
    private static final int VECTORS = 4;
    private static final int WIDTH = LANES * VECTORS;
    private static final int LEVELS = 4;

    private CascadeSum() {}

    static float mean(float[] values) {
        return sum(values) / values.length;
    }

    static float sum(float[] values) {
        int vectors = values.length / LANES;
        int groups = vectors / VECTORS;
        float[] partial = groups(values, groups);
        for (int vector = groups * VECTORS; vector < vectors; vector++)
            for (int lane = 0; lane < LANES; lane++) partial[lane] += values[vector * LANES + lane];
        for (int vector = 1; vector < VECTORS; vector++)
            for (int lane = 0; lane < LANES; lane++) partial[lane] += partial[vector * LANES + lane];
        float sum = 0;
        for (int i = vectors * LANES; i < values.length; i++) sum += values[i];
        for (int lane = 0; lane < LANES; lane++) sum += partial[lane];
        return sum;
    }

    /// Sums of `count` groups of 32 values, by place in the group.
    private static float[] groups(float[] values, int count) {
        int power = Math.max(4, ceilLog2(count) / LEVELS);
        int step = 1 << power;
        float[][] level = new float[LEVELS][WIDTH];
        int group = 0;
        while (group + step <= count) {
            for (int i = 0; i < step; i++, group++) add(level[0], values, group * WIDTH);
            for (int j = 1; j < LEVELS; j++) {
                add(level[j], level[j - 1], 0);
                level[j - 1] = new float[WIDTH];
                if ((group & ((step - 1) << (j * power))) != 0) break;
            }
        }
        for (; group < count; group++) add(level[0], values, group * WIDTH);
        for (int j = 1; j < LEVELS; j++) add(level[0], level[j], 0);
        return level[0];
    }

    private static void add(float[] sums, float[] values, int from) {
        for (int i = 0; i < WIDTH; i++) sums[i] += values[from + i];
    }

    private static int ceilLog2(int value) {
        return value <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(value - 1);
    }
}
