package dev.tunedrop.trainer.weights;

/// Numbers of 8 significant bits, in an fp32's clothes.
public final class Bf16 {

    private Bf16() {}

    /// To the nearest, ties to even.
    public static float rounded(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7FFF + (bits >>> 16 & 1)) & 0xFFFF0000);
    }
}
