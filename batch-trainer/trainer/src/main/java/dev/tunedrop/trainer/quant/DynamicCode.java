package dev.tunedrop.trainer.quant;

import java.util.Arrays;

/// bitsandbytes' signed dynamic 8-bit data type (Dettmers et al. 2022, "8-bit Optimizers via Block-wise
/// Quantization", section 1.3): a sign, an exponent written as leading zeros, an indicator bit and a linear fraction.
///
/// The code book is built, not listed: for each of 7 decades 10^(i-6), i = 0 … 6, the midpoints of 2^i equal parts
/// of [0.1, 1], with both signs; then 0 and 1. In fp32 throughout, as the original builds it.
public final class DynamicCode {

    private static final int DECADES = 7;
    private static final float[] CODE = build();

    private DynamicCode() {}

    /// 256 values, ascending.
    public static float[] code() {
        return CODE.clone();
    }

    private static float[] build() {
        float[] code = new float[256];
        int n = 0;
        for (int decade = 0; decade < DECADES; decade++) {
            int parts = 1 << decade;
            double power = Math.pow(10, decade - (DECADES - 1));
            for (int part = 0; part < parts; part++) {
                float mean = (boundary(part, parts) + boundary(part + 1, parts)) / 2.0f;
                float value = (float) (power * mean);
                code[n++] = value;
                code[n++] = -value;
            }
        }
        code[n++] = 0;
        code[n++] = 1;
        if (n != code.length) throw new IllegalStateException("the code book has " + n + " values");
        Arrays.sort(code);
        return code;
    }

    /// Point `i` of `parts` + 1 equally spaced ones on [0.1, 1], counted from the nearer end.
    private static float boundary(int i, int parts) {
        float step = (1.0f - 0.1f) / parts;
        return i < (parts + 1) / 2 ? 0.1f + step * i : 1.0f - step * (parts - i);
    }

    /// Codes (n) of `values`, in blocks that share a scale, and those scales.
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    public record Blocks(byte[] codes, float[] absmax) {}

    /// The code nearest to value / absmax of its block.
    public static Blocks quantise(float[] values, int block) {
        byte[] codes = new byte[values.length];
        float[] absmax = new float[Math.ceilDiv(values.length, block)];
        for (int b = 0; b < absmax.length; b++) {
            int from = b * block;
            int to = Math.min(values.length, from + block);
            float largest = 0;
            for (int i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]));
            absmax[b] = largest;
            float inverse = largest == 0 ? 0 : 1.0f / largest;
            for (int i = from; i < to; i++) codes[i] = (byte) nearest(values[i] * inverse);
        }
        return new Blocks(codes, absmax);
    }

    /// value = code[codes\[i\]] · absmax of its block.
    public static float[] dequantise(byte[] codes, float[] absmax, int block) {
        float[] values = new float[codes.length];
        for (int i = 0; i < codes.length; i++) values[i] = CODE[codes[i] & 0xFF] * absmax[i / block];
        return values;
    }

    private static int nearest(float scaled) {
        int above = Arrays.binarySearch(CODE, scaled);
        if (above >= 0) return above;
        above = -above - 1;
        if (above == 0) return 0;
        if (above == CODE.length) return CODE.length - 1;
        return scaled - CODE[above - 1] <= CODE[above] - scaled ? above - 1 : above;
    }
}
