package dev.tunedrop.trainer.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Nf4WeightTest {

    /// Sizes: whole blocks; a short last block; more than one block of blocks, the last one short.
    @ParameterizedTest
    @CsvSource({
        "64, 4, FLOAT32",
        "64, 4, BFLOAT16",
        "7, 10, FLOAT32",
        "7, 10, BFLOAT16",
        "300, 200, FLOAT32",
        "300, 200, BFLOAT16"
    })
    void theFusedLoopAndTheTensorOperationsGiveTheSameBits(int rows, int columns, DataType compute) {
        float[] values = normal(rows * columns);
        try (NDManager manager = manager()) {
            Nf4Weight weight = Nf4Weight.quantise(manager, source(values), rows, columns, compute);
            byte[] fused = weight.open(manager).toByteArray();
            assertThat(fused).isEqualTo(weight.onDevice(manager).toByteArray());
            assertThat(fused).isEqualTo(weight.onDevice(manager, 3).toByteArray());
            if (compute == DataType.FLOAT32) {
                Nf4.Blocks blocks = Nf4.quantise(values);
                float[] scales = NestedScales.of(blocks.absmax()).scales();
                assertThat(weight.open(manager).toFloatArray())
                        .isEqualTo(Nf4.dequantise(blocks.packed(), scales, values.length));
            }
        }
    }

    /// The figures of bitsandbytes' own test for block 64.
    @Test
    void theErrorOnNormalValuesIsTheKnownOne() {
        float[] values = normal(1 << 20);
        Nf4.Blocks blocks = Nf4.quantise(values);
        float[] back = Nf4.dequantise(blocks.packed(), blocks.absmax(), values.length);
        double absolute = 0;
        double relative = 0;
        for (int i = 0; i < values.length; i++) {
            double error = Math.abs(values[i] - back[i]);
            absolute += error / values.length;
            relative += error / (Math.abs(values[i]) + 1e-8) / values.length;
        }
        assertThat(absolute).isCloseTo(0.072798, within(0.0002));
        assertThat(relative).isCloseTo(0.203339, within(0.001));
    }

    @Test
    void everyCodePointIsKeptExactly() {
        float[] code = Nf4.code();
        float[] values = new float[64];
        for (int i = 0; i < values.length; i++) values[i] = code[i % 16] * 4;
        Nf4.Blocks blocks = Nf4.quantise(values);
        assertThat(Nf4.dequantise(blocks.packed(), blocks.absmax(), 64)).isEqualTo(values);
    }

    /// A value on the middle between two code points takes the lower one, its upper neighbour the higher one; the scale
    /// of these blocks is 1.
    @Test
    void theCodeChangesJustAboveEachMiddle() {
        float[] code = Nf4.code();
        for (int lower = 0; lower < 15; lower++) {
            float middle = (float) (((double) code[lower] + code[lower + 1]) / 2);
            float first = middle;
            while (codeOf(first) > lower) first = Math.nextDown(first);
            while (codeOf(Math.nextUp(first)) <= lower) first = Math.nextUp(first);
            assertThat(first).isCloseTo(middle, within(Math.ulp(1f)));
            assertThat(codeOf(first)).isEqualTo(lower);
            assertThat(codeOf(Math.nextUp(first))).isEqualTo(lower + 1);
        }
    }

    private static int codeOf(float value) {
        float[] values = new float[64];
        values[0] = value;
        values[63] = 1;
        return Nf4.quantise(values).packed()[0] >> 4 & 0xF;
    }

    /// A block is looked up in a table; a shorter one, the last of a matrix, is searched.
    @Test
    void aWholeBlockAndAShortOneGiveTheSameCodes() {
        float[] values = normal(63 * 4096);
        for (int at = 0; at < values.length; at += 63) {
            float[] part = java.util.Arrays.copyOfRange(values, at, at + 63);
            byte[] searched = Nf4.quantise(part).packed();
            byte[] looked = Nf4.quantise(java.util.Arrays.copyOf(part, 64)).packed();
            assertThat(looked).isEqualTo(searched);
        }
    }

    /// A large matrix is counted in vectors, where the JVM has them; its halves are looked up.
    @Test
    void aLargeMatrixGetsTheCodesOfItsHalves() {
        float[] values = normal(1 << 20);
        float[] code = Nf4.code();
        for (int at = 0; at < values.length / 2; at += 64) { // on the middles between codes, or one step beside them
            float middle = (code[at / 64 % 15] + code[at / 64 % 15 + 1]) / 2;
            values[at] = at % 3 == 0 ? middle : at % 3 == 1 ? Math.nextUp(middle) : Math.nextDown(middle);
            for (int i = 1; i < 64; i++) values[at + i] = Math.clamp(values[at + i], -1, 1);
            values[at + 63] = 1;
        }
        java.util.Arrays.fill(values, 64, 128, 0);
        values[130] = Float.NaN;
        values[200] = Float.NEGATIVE_INFINITY;
        java.util.Arrays.fill(values, 256, 320, -Float.MIN_VALUE);
        Nf4.Blocks whole = Nf4.quantise(values);
        int half = values.length / 2;
        Nf4.Blocks first = Nf4.quantise(java.util.Arrays.copyOf(values, half));
        Nf4.Blocks second = Nf4.quantise(java.util.Arrays.copyOfRange(values, half, 2 * half));
        assertThat(whole.packed()).startsWith(first.packed()).endsWith(second.packed());
        assertThat(whole.absmax()).startsWith(first.absmax()).endsWith(second.absmax());
    }

    /// Too small for its reciprocal to be a number.
    @Test
    void theSmallestNumbersKeepTheirSign() {
        float[] values = new float[64];
        values[0] = Float.MIN_VALUE;
        values[1] = -Float.MIN_VALUE;
        assertThat(Nf4.quantise(values).packed()[0]).isEqualTo((byte) 0xF0);
    }

    @Test
    void aBlockOfZerosStaysZero() {
        Nf4.Blocks blocks = Nf4.quantise(new float[128]);
        assertThat(blocks.absmax()).containsOnly(0f);
        assertThat(Nf4.dequantise(blocks.packed(), blocks.absmax(), 128)).containsOnly(0f);
    }

    @Test
    void aWeightTakesAboutFourAndAnEighthBits() {
        try (NDManager manager = manager()) {
            Nf4Weight weight = Nf4Weight.quantise(manager, source(normal(1 << 18)), 1 << 9, 1 << 9, DataType.FLOAT32);
            assertThat(8.0 * weight.bytes() / (1 << 18)).isCloseTo(4.127, within(0.001));
        }
    }

    private static NDManager manager() {
        return Engine.getEngine("LibTorch").newBaseManager(Device.cpu());
    }

    private static Nf4.Source source(float[] values) {
        return (from, into, count) -> System.arraycopy(values, (int) from, into, 0, count);
    }

    private static float[] normal(int count) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian();
        return values;
    }
}
