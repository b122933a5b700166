package dev.tunedrop.trainer.quant;

/// The scales of NF4 blocks, quantised themselves: `scale = code[codes\[i\]] · absmax[i / 256] + offset`.
///
/// @param codes one byte a scale, into [DynamicCode]
/// @param absmax one fp32 scale for 256 codes
/// @param offset the mean of all scales, taken off before they were quantised
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record NestedScales(byte[] codes, float[] absmax, float offset) {

    public static NestedScales of(float[] scales) {
        float offset = CascadeSum.mean(scales);
        float[] centred = new float[scales.length];
        for (int i = 0; i < scales.length; i++) centred[i] = scales[i] - offset;
        DynamicCode.Blocks blocks = DynamicCode.quantise(centred, Nf4.NESTED_BLOCK);
        return new NestedScales(blocks.codes(), blocks.absmax(), offset);
    }

    /// The scales as they are used: fp32, with the error of their quantisation.
    public float[] scales() {
        float[] scales = DynamicCode.dequantise(codes, absmax, Nf4.NESTED_BLOCK);
        for (int i = 0; i < scales.length; i++) scales[i] += offset;
        return scales;
    }
}
