package dev.tunedrop.trainer.quant;

import java.util.Arrays;

/// bitsandbytes' dynamic 8-bit data type (Dettmers et al. 2022, "8-bit Optimizers via Block-wise
/// Quantization", section 1.3): a sign, an exponent written as leading zeros, an indicator bit and a linear
/// fraction.
///
/// The code book is built, not listed: for each of 7 decades 10^(i-6), i = 0 … 6, the midpoints of 2^i equal parts
/// of [0.1, 1], with both signs; then 0 and 1. Without a sign, the midpoints of 2^(i+1) parts. In fp32 throughout, as
/// the original builds it.
public final class DynamicCode {

    private static final int DECADES = 7;
    private static final int STEPS = 65_535;
    private static final double HALF_STEPS = STEPS / 2.0;
    private static final float[] CODE = build(true);
    private static final float[] UNSIGNED = build(false);
    private static final byte[] NEAREST = buildNearest();

    private DynamicCode() {}

    /// 256 values, ascending.
    public static float[] code() {
        return CODE.clone();
    }

    /// 256 values from 0 to 1, ascending.
    public static float[] unsigned() {
        return UNSIGNED.clone();
    }

    private static float[] build(boolean signed) {
        float[] code = new float[256];
        int n = 0;
        for (int decade = 0; decade < DECADES; decade++) {
            int parts = signed ? 1 << decade : 2 << decade;
            float power = (float) Math.pow(10, decade - (DECADES - 1));
            for (int part = 0; part < parts; part++) {
                float mean = (boundary(part, parts) + boundary(part + 1, parts)) / 2.0f;
                float value = power * mean;
                code[n++] = value;
                if (signed) code[n++] = -value;
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
        return i < (parts + 1) / 2 ? Math.fma(step, i, 0.1f) : Math.fma(-step, parts - i, 1.0f);
    }

    /// Codes (n) of `values`, in blocks that share a scale, and those scales.
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    public record Blocks(byte[] codes, float[] absmax) {}

    /// The code of value / absmax of its block.
    public static Blocks quantise(float[] values, int block) {
        byte[] codes = new byte[values.length];
        float[] absmax = new float[Math.ceilDiv(values.length, block)];
        for (int b = 0; b < absmax.length; b++) {
            int from = b * block;
            int to = Math.min(values.length, from + block);
            float largest = 0;
            for (int i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]));
            absmax[b] = largest;
            for (int i = from; i < to; i++) codes[i] = nearest(largest == 0 ? 0 : values[i] / largest);
        }
        return new Blocks(codes, absmax);
    }

    /// value = code[codes\[i\]] · absmax of its block.
    public static float[] dequantise(byte[] codes, float[] absmax, int block) {
        float[] values = new float[codes.length];
        for (int i = 0; i < codes.length; i++) values[i] = CODE[codes[i] & 0xFF] * absmax[i / block];
        return values;
    }

    /// Index of the code nearest to each of 65,536 equally spaced values of [-1, 1]. bitsandbytes rounds to these
    /// first, so a value within 1/65,535 of the middle between two codes may take the further one; so do we.
    private static byte[] buildNearest() {
        byte[] nearest = new byte[STEPS + 1];
        int code = 0;
        for (int i = 0; i <= STEPS; i++) {
            double value = i / HALF_STEPS - 1;
            while (code < CODE.length - 1 && value > ((double) CODE[code] + CODE[code + 1]) / 2) code++;
            nearest[i] = (byte) code;
        }
        return nearest;
    }

    private static byte nearest(float scaled) {
        return NEAREST[(int) Math.rint((scaled + 1.0) * HALF_STEPS)];
    }
}
