package dev.tunedrop.trainer.quant;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.kernel.vector.Nf4Codes;
import dev.tunedrop.trainer.kernel.vector.VectorLauncher;

/// The NF4 format of the QLoRA paper (Dettmers et al. 2023, section 3), as bitsandbytes stores it.
///
/// A weight matrix is cut, row-major, into blocks of 64 values. Each block has a scale, its largest magnitude
/// (`absmax`); a value is the code point nearest to value / absmax. Two codes share a byte, the first in the high
/// nibble. Double quantisation stores the scales, less their mean, in 8 bits of [DynamicCode], in blocks of 256 with
/// one fp32 scale each: 4 + 8/64 + 32/(64 · 256) = 4.127 bits per weight.
@SuppressWarnings("FloatingPointLiteralPrecision") // constants as they are published
public final class Nf4 {

    /// Values that share one absmax.
    public static final int BLOCK = 64;

    /// Scales that share one scale of their own.
    public static final int NESTED_BLOCK = 256;

    /// Values that one thread turns into codes before it takes others; a multiple of the tile.
    private static final int CHUNK = 1 << 18;

    /// Values that one thread holds in fp32 at a time, so that they stay in its nearest cache; a multiple of the block.
    private static final int TILE = 1 << 12;

    /// The 16 code points: quantiles of N(0, 1), scaled to [-1, 1], with an exact zero.
    private static final float[] CODE = {
        -1.0f,
        -0.6961928009986877f,
        -0.5250730514526367f,
        -0.39491748809814453f,
        -0.28444138169288635f,
        -0.18477343022823334f,
        -0.09105003625154495f,
        0.0f,
        0.07958029955625534f,
        0.16093020141124725f,
        0.24611230194568634f,
        0.33791524171829224f,
        0.44070982933044434f,
        0.5626170039176941f,
        0.7229568362236023f,
        1.0f
    };

    /// Where one code ends and the next begins, as bitsandbytes writes them: the midpoints, rounded to fp32. A value
    /// on a boundary takes the lower code.
    private static final float[] BOUNDARIES = {
        -0.8480964004993439f,
        -0.6106329262256622f,
        -0.4599952697753906f,
        -0.33967943489551544f,
        -0.23460740596055984f,
        -0.13791173323988914f,
        -0.045525018125772476f,
        0.03979014977812767f,
        0.1202552504837513f,
        0.2035212516784668f,
        0.2920137718319893f,
        0.3893125355243683f,
        0.5016634166240692f,
        0.6427869200706482f,
        0.8614784181118011f
    };

    /// [-1, 1] in equal cells, so narrow that all but 15 lie between two boundaries, where every value has one code.
    private static final int HALF_CELLS = 1 << 11;

    /// Values of a matrix from which vectors pay: until the JVM has compiled their loop it is slow.
    private static final int WORTH_VECTORS = 1 << 20;

    private static final @Nullable Nf4Codes VECTORS = VectorLauncher.isHere() ? new Nf4Codes(BOUNDARIES) : null;

    private static final byte DIVIDED = 16;
    private static final byte[] CELL_CODES = cellCodes();

    private Nf4() {}

    /// The code points, lowest first.
    public static float[] code() {
        return CODE.clone();
    }

    /// Codes and scales of one matrix.
    ///
    /// @param packed two codes a byte (ceil(n / 2))
    /// @param absmax one scale a block (ceil(n / 64))
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    public record Blocks(byte[] packed, float[] absmax) {}

    /// Where values come from: a mapped tensor of any size.
    @FunctionalInterface
    public interface Source {
        /// Writes elements `from` … `from + count` to the start of `into`.
        void read(long from, float[] into, int count);
    }

    public static Blocks quantise(float[] values) {
        return quantise((from, into, count) -> System.arraycopy(values, (int) from, into, 0, count), values.length);
    }

    /// Quantises `elements` values, in parallel, holding few of them at a time; the last block may be short.
    public static Blocks quantise(Source source, long elements) {
        byte[] packed = new byte[Math.toIntExact(Math.ceilDiv(elements, 2L))];
        float[] absmax = new float[Math.toIntExact(Math.ceilDiv(elements, (long) BLOCK))];
        IntStream.range(0, Math.toIntExact(Math.ceilDiv(elements, (long) CHUNK)))
                .parallel()
                .forEach(chunk -> {
                    long end = Math.min(elements, (chunk + 1L) * CHUNK);
                    float[] values = new float[(int) Math.min(TILE, elements)];
                    int[] codes = new int[BLOCK];
                    Nf4Codes vectors = elements < WORTH_VECTORS ? null : VECTORS;
                    for (long from = (long) chunk * CHUNK; from < end; from += TILE) {
                        int count = (int) Math.min(TILE, end - from);
                        source.read(from, values, count);
                        for (int at = 0; at < count; at += BLOCK) {
                            int size = Math.min(BLOCK, count - at);
                            absmax[(int) ((from + at) / BLOCK)] = vectors != null && size == BLOCK
                                    ? quantiseBlock(vectors, values, at, packed, (int) ((from + at) / 2), codes)
                                    : quantiseBlock(values, at, size, packed, (int) ((from + at) / 2));
                        }
                    }
                });
        return new Blocks(packed, absmax);
    }

    private static float quantiseBlock(
            Nf4Codes vectors, float[] values, int from, byte[] packed, int packedFrom, int[] codes) {
        float absmax = Nf4Codes.largest(values, from);
        float inverse = 1.0f / absmax;
        if (!(inverse < Float.POSITIVE_INFINITY)) return quantiseBlock(values, from, BLOCK, packed, packedFrom);
        vectors.block(values, from, inverse, packed, packedFrom, codes);
        return absmax;
    }

    private static float quantiseBlock(float[] values, int from, int size, byte[] packed, int packedFrom) {
        float absmax = largest(values, from, size);
        float inverse = absmax == 0 ? 0 : 1.0f / absmax;
        if (size == BLOCK && inverse < Float.POSITIVE_INFINITY) {
            for (int i = 0; i < BLOCK; i += 2)
                packed[packedFrom + i / 2] =
                        (byte) (looked(values[from + i] * inverse) << 4 | looked(values[from + i + 1] * inverse));
            return absmax;
        }
        for (int i = 0; i < size; i += 2) {
            int high = nearest(values[from + i] * inverse);
            int low = i + 1 < size ? nearest(values[from + i + 1] * inverse) : nearest(0);
            packed[packedFrom + i / 2] = (byte) (high << 4 | low);
        }
        return absmax;
    }

    /// The largest magnitude: without their sign, the bits of numbers are in the numbers' order, and those of infinity
    /// and of what is no number above them all. Four at a time, since each maximum waits for the one before; the
    /// compiler's own vector loop takes longer for 64 values than it saves.
    private static float largest(float[] values, int from, int size) {
        int a = 0;
        int b = 0;
        int c = 0;
        int d = 0;
        int i = from;
        for (int whole = from + (size & -4); i < whole; i += 4) {
            a = Math.max(a, magnitude(values[i]));
            b = Math.max(b, magnitude(values[i + 1]));
            c = Math.max(c, magnitude(values[i + 2]));
            d = Math.max(d, magnitude(values[i + 3]));
        }
        for (; i < from + size; i++) a = Math.max(a, magnitude(values[i]));
        return Float.intBitsToFloat(Math.max(Math.max(a, b), Math.max(c, d)));
    }

    private static int magnitude(float value) {
        return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
    }

    /// [#nearest] of a value of [-1, 1], or one rounding step beyond it, by its cell; a NaN takes the lowest code.
    private static int looked(float scaled) {
        int code = CELL_CODES[cell(scaled)];
        return code == DIVIDED ? nearest(scaled) : code;
    }

    /// Never falls where `scaled` rises, so what lies in a lower cell than a boundary is below it, and in a higher cell
    /// above it.
    private static int cell(float scaled) {
        return (int) ((scaled + 1) * HALF_CELLS);
    }

    private static byte[] cellCodes() {
        byte[] codes = new byte[2 * HALF_CELLS + 1];
        for (int cell = 0; cell < codes.length; cell++) {
            for (float boundary : BOUNDARIES) {
                if (cell(boundary) < cell) codes[cell]++;
                else if (cell(boundary) == cell) codes[cell] = DIVIDED;
                if (cell(boundary) >= cell) break;
            }
        }
        return codes;
    }

    private static int nearest(float scaled) {
        int at = Arrays.binarySearch(BOUNDARIES, scaled);
        return at >= 0 ? at : -at - 1;
    }

    /// value = code point · absmax of its block, in fp32.
    public static float[] dequantise(byte[] packed, float[] absmax, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            int both = packed[i / 2];
            int code = (i & 1) == 0 ? both >> 4 & 0xF : both & 0xF;
            values[i] = CODE[code] * absmax[i / BLOCK];
        }
        return values;
    }
}
