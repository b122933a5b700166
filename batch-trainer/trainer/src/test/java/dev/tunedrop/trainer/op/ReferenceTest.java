package dev.tunedrop.trainer.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each written backward pass against central differences of its own forward pass, in double.
class ReferenceTest {

    private static final double BOUND = 1e-8;

    @ParameterizedTest
    @ValueSource(doubles = {1, 8, 64, 512})
    void lora(double magnitude) {
        int t = 5;
        int i = 7;
        int o = 4;
        int r = 3;
        double[][] in = {random(t * i, magnitude), random(r * i, 1), random(o * r, 1)};
        double[] w = random(o * i, 1);
        double[] dy = random(t * o, 1);
        check(
                in,
                dy,
                at -> Reference.lora(at[0], w, at[1], at[2], 0.7, t, i, o, r),
                Reference.loraBackward(in[0], w, in[1], in[2], dy, 0.7, t, i, o, r));
    }

    /// The gain is magnitude over norm, and the norm a constant, so the gradient of the magnitude is the gain's over n.
    @ParameterizedTest
    @ValueSource(doubles = {1, 8, 64, 512})
    void dora(double magnitude) {
        int t = 5;
        int i = 7;
        int o = 4;
        int r = 3;
        double[][] in = {random(t * i, magnitude), random(r * i, 1), random(o * r, 1), random(o, 2)};
        double[] w = random(o * i, 1);
        double[] dy = random(t * o, 1);
        double[] mask = random(t * i, 1);
        for (int n = 0; n < mask.length; n++) mask[n] = mask[n] < -0.4 ? 0 : 1.25;
        check(
                in,
                dy,
                at -> Reference.dora(at[0], mask, w, at[1], at[2], at[3], 0.7, i, o, r),
                Reference.doraBackward(in[0], mask, w, in[1], in[2], in[3], dy, 0.7, i, o, r));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 8, 64, 512})
    void norm(double magnitude) {
        double[][] in = {random(5 * 7, magnitude), random(7, 1)};
        double[] dy = random(5 * 7, 1);
        check(in, dy, at -> Reference.norm(at[0], at[1], 1e-5), Reference.normBackward(in[0], in[1], dy, 1e-5));
    }

    @ParameterizedTest
    @CsvSource({
        "SILU, 1",
        "SILU, 8",
        "SILU, 64",
        "SILU, 512",
        "GELU_TANH, 1",
        "GELU_TANH, 8",
        "GELU_TANH, 64",
        "GELU_TANH, 512"
    })
    void gatedActivation(Reference.Act act, double magnitude) {
        double[][] in = {random(5 * 7, magnitude), random(5 * 7, magnitude)};
        double[] dh = random(5 * 7, 1);
        check(in, dh, at -> Reference.gated(act, at[0], at[1]), Reference.gatedBackward(act, in[0], in[1], dh));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 8, 64, 512})
    void rotation(double magnitude) {
        double[][] in = {random(5 * 3 * 4, magnitude)};
        double[] angles = random(5 * 2, 3);
        double[] dy = random(5 * 3 * 4, 1);
        check(in, dy, at -> Reference.rotated(at[0], angles, 3, 4, 1), new double[][] {
            Reference.rotated(dy, angles, 3, 4, -1)
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "4, 0", "1, 3", "4, 3"})
    void crossEntropy(double magnitude, double cap) {
        int[] targets = {3, 0, 10, 6};
        double[][] in = {random(4 * 5, magnitude), random(11 * 5, 1), random(11, 1)};
        check(
                in,
                new double[] {1},
                at -> new double[] {Reference.crossEntropy(at[0], at[1], at[2], targets, 5, cap)},
                Reference.crossEntropyBackward(in[0], in[1], in[2], targets, 5, cap));
    }

    @ParameterizedTest
    @CsvSource({"1, 0.1, 0", "4, 0.1, 0", "1, 2, 0.1", "4, 2, 0.3"})
    void preference(double magnitude, double beta, double epsilon) {
        int[] targets = {3, 0, 10, 6, 2, 2, 9};
        int[] split = {2, 3, 5, 7};
        double[] expected = {-4, -2, -5, -6};
        double[] w = random(11 * 5, 1);
        double[][] in = {random(7 * 5, magnitude)};
        check(
                in,
                new double[] {1},
                at -> new double[] {Reference.preference(at[0], w, targets, 5, split, expected, beta, epsilon)},
                new double[][] {Reference.preferenceBackward(in[0], w, targets, 5, split, expected, beta, epsilon)});
    }

    @ParameterizedTest
    @CsvSource({"1, 100, 0", "4, 100, 0", "1, 3, 0", "4, 3, 0", "1, 100, 2", "4, 100, 2", "4, 3, 2"})
    void attention(double magnitude, int window, double cap) {
        ReferenceAttention.Form form = new ReferenceAttention.Form(window, cap);
        double[][] in = {random(9 * 4 * 3, magnitude), random(9 * 2 * 3, magnitude), random(9 * 2 * 3, magnitude)};
        double[] dout = random(9 * 4 * 3, 1);
        check(
                in,
                dout,
                at -> ReferenceAttention.attention(form, at[0], at[1], at[2], 4, 2, 3, 5, 1, 3),
                ReferenceAttention.attentionBackward(form, in[0], in[1], in[2], dout, 4, 2, 3, 5, 1, 3));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 8, 64, 256})
    void layerNorm(double magnitude) {
        double[][] in = {random(5 * 7, magnitude), random(7, 1), random(7, 2)};
        double[] dy = random(5 * 7, 1);
        check(
                in,
                dy,
                at -> Reference.layerNorm(at[0], at[1], at[2], 1e-5),
                Reference.layerNormBackward(in[0], in[1], dy, 1e-5));
    }

    @ParameterizedTest
    @CsvSource({"GELU, 1", "GELU, 8", "GELU_TANH, 1", "GELU_TANH, 8", "TANH, 1", "TANH, 3"})
    void unit(Reference.Act act, double magnitude) {
        double[][] in = {random(5 * 7, magnitude)};
        double[] dy = random(5 * 7, 1);
        check(in, dy, at -> Reference.unit(act, at[0]), new double[][] {Reference.unitBackward(act, in[0], dy)});
    }

    @ParameterizedTest
    @CsvSource({"1, true", "4, true", "1, false", "4, false"})
    void attentionThatFallsWithDistanceOrSeesBothWays(double magnitude, boolean causal) {
        double[] slopes = causal ? new double[] {0.5, 0.25, 0.1, 0.01} : new double[0];
        ReferenceAttention.Form form = new ReferenceAttention.Form(Integer.MAX_VALUE, 0, slopes, causal);
        double[][] in = {random(9 * 4 * 3, magnitude), random(9 * 4 * 3, magnitude), random(9 * 4 * 3, magnitude)};
        double[] dout = random(9 * 4 * 3, 1);
        check(
                in,
                dout,
                at -> ReferenceAttention.attention(form, at[0], at[1], at[2], 4, 4, 3, 5, 1, 3),
                ReferenceAttention.attentionBackward(form, in[0], in[1], in[2], dout, 4, 4, 3, 5, 1, 3));
    }

    /// The error function's values are tabled: Φ(1) and Φ(-2) to 15 digits.
    @Test
    void theNormalDistributionIsTheTabledOne() {
        assertThat(Reference.unit(Reference.Act.GELU, new double[] {1, -2}))
                .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-14 ? 0 : 1)
                .containsExactly(0.841344746068543, -2 * 0.022750131948179);
    }

    /// The guard itself: a backward without one of its terms is caught.
    @Test
    void aDroppedTermIsCaught() {
        double[][] in = {random(5 * 7, 1), random(7, 1)};
        double[] dy = random(5 * 7, 1);
        double[][] wrong = Reference.normBackward(in[0], in[1], dy, 1e-5);
        wrong[0][3] *= 1.0001;
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> check(in, dy, at -> Reference.norm(at[0], at[1], 1e-5), wrong))
                .isInstanceOf(AssertionError.class);
    }

    /// d(Σ dy f(x)) / dx by central differences, for every input, relative to the gradient's length.
    private static void check(
            double[][] in, double[] dy, Function<double[][], double[]> forward, double[][] gradients) {
        for (int n = 0; n < in.length; n++) {
            double scale = 0;
            for (double value : in[n]) scale = Math.max(scale, Math.abs(value));
            double step = 1e-5 * Math.min(scale, 4);
            double difference = 0;
            double size = 0;
            for (int i = 0; i < in[n].length; i++) {
                double at = in[n][i];
                in[n][i] = at + step;
                double above = dot(forward.apply(in), dy);
                in[n][i] = at - step;
                double below = dot(forward.apply(in), dy);
                in[n][i] = at;
                double slope = (above - below) / (2 * step);
                difference += (slope - gradients[n][i]) * (slope - gradients[n][i]);
                size += slope * slope;
            }
            assertThat(Math.sqrt(difference / size)).as("input %d", n).isLessThan(BOUND);
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static double[] random(int count, double magnitude) {
        return new Random(count).doubles(count, -magnitude, magnitude).toArray();
    }
}
