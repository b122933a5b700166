package dev.tunedrop.trainer.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Kernels;

/// Each op on LibTorch against its reference in double, on the same inputs rounded to the op's precision.
class OpParityTest extends OpParity {

    @ParameterizedTest
    @EnumSource
    void lora(Precision p) {
        int t = 19;
        int i = 24;
        int o = 17;
        int r = 3;
        Given x = given(p, 2, t, i);
        Given w = given(p, 1, o, i);
        Given a = given(p, 1, r, i);
        Given b = given(p, 1, o, r);
        Given dy = given(p, 1, t, o);
        Leaf la = trained(a);
        Leaf lb = trained(b);
        LoraLinear op = new LoraLinear(w.array(), la, lb, 0.7, null);
        same(p, op.forward(x.array()), Reference.lora(x.values(), w.values(), a.values(), b.values(), 0.7, t, i, o, r));
        double[][] expected =
                Reference.loraBackward(x.values(), w.values(), a.values(), b.values(), dy.values(), 0.7, t, i, o, r);
        same(p, op.backward(x.array(), dy.array()), expected[0]);
        same(p, gradient(la), expected[1]);
        same(p, gradient(lb), expected[2]);
    }

    @ParameterizedTest
    @CsvSource({"FP32, 0", "BF16, 0", "FP32, 0.3", "BF16, 0.3"})
    void dora(Precision p, double dropout) {
        int t = 19;
        int i = 24;
        int o = 17;
        int r = 3;
        Given x = given(p, 2, t, i);
        Given w = given(p, 1, o, i);
        Given a = given(p, 1, r, i);
        Given b = given(p, 1, o, r);
        Given magnitude = given(Precision.FP32, 4, o);
        Given dy = given(p, 1, t, o);
        DropoutMask mask =
                dropout == 0 ? null : new DropoutMask(TokenDraws.of(1, 2, new long[] {3}, new int[] {t}), 4, dropout);
        double[] m = doubles(DropoutMask.apply(mask, manager.ones(new Shape(t, i), p.type)));
        Leaf la = trained(a);
        Leaf lb = trained(b);
        Leaf lm = trained(magnitude);
        NDArray norm = DoraLinear.norm(w.array(), a.array(), b.array(), DoraLinear.squares(w.array()), 0.7);
        double[] n = Reference.doraNorm(w.values(), a.values(), b.values(), 0.7, i, o, r);
        same(p, norm, n);
        double[] gain = new double[o];
        for (int row = 0; row < o; row++) gain[row] = magnitude.values()[row] / n[row];
        DoraLinear op = new DoraLinear(w.array(), la, lb, lm, norm, 0.7, mask);
        same(
                p,
                op.forward(x.array()),
                Reference.dora(x.values(), m, w.values(), a.values(), b.values(), gain, 0.7, i, o, r));
        double[][] expected = Reference.doraBackward(
                x.values(), m, w.values(), a.values(), b.values(), gain, dy.values(), 0.7, i, o, r);
        for (int row = 0; row < o; row++) expected[3][row] /= n[row];
        same(p, op.backward(x.array(), dy.array()), expected[0]);
        same(p, gradient(la), expected[1]);
        same(p, gradient(lb), expected[2]);
        same(p, gradient(lm), expected[3]);
    }

    /// Its gain is then a finite number, and what it says is nothing.
    @Test
    void aRowOfZerosHasNoDirectionAndStaysZero() {
        NDArray w = manager.zeros(new Shape(2, 3));
        Leaf zero = Leaf.frozen(manager.zeros(new Shape(2, 1)));
        Leaf a = Leaf.frozen(manager.ones(new Shape(1, 3)));
        NDArray squares = DoraLinear.squares(w);
        NDArray norm = DoraLinear.norm(w, a.value(), zero.value(), squares, 1);
        DoraLinear op = new DoraLinear(w, a, zero, Leaf.frozen(DoraLinear.lengths(squares)), norm, 1, null);
        assertThat(op.forward(manager.ones(new Shape(4, 3))).toFloatArray()).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource
    void trainedLinear(Precision p) {
        Given x = given(p, 2, 19, 24);
        Given w = given(p, 1, 17, 24);
        Given dy = given(p, 1, 19, 17);
        Leaf leaf = trained(w);
        TrainedLinear op = new TrainedLinear(w.array(), gradient(leaf));
        same(
                p,
                op.forward(x.array()),
                Reference.product(x.values(), Reference.transposed(w.values(), 17, 24), 19, 24, 17));
        same(p, op.backward(x.array(), dy.array()), Reference.product(dy.values(), w.values(), 19, 17, 24));
        same(p, gradient(leaf), Reference.product(Reference.transposed(dy.values(), 19, 17), x.values(), 17, 19, 24));
    }

    @ParameterizedTest
    @CsvSource({"FP32, 0", "BF16, 0", "FP32, 1", "BF16, 1"})
    void norm(Precision p, double offset) {
        Given x = given(p, 8, 19, 24);
        Given w = given(p, 1, 24);
        Given dy = given(p, 1, 19, 24);
        Leaf leaf = trained(w);
        RmsNorm op = new RmsNorm(leaf, 1e-5, offset);
        double[] factor = Arrays.stream(w.values()).map(value -> value + offset).toArray();
        same(p, op.forward(x.array()), Reference.norm(x.values(), factor, 1e-5));
        double[][] expected = Reference.normBackward(x.values(), factor, dy.values(), 1e-5);
        same(p, op.backward(x.array(), dy.array()), expected[0]);
        same(p, gradient(leaf), expected[1]);
    }

    @ParameterizedTest
    @EnumSource
    void layerNorm(Precision p) {
        Given x = given(p, 8, 19, 24);
        Given w = given(p, 1, 24);
        Given b = given(p, 2, 24);
        Given dy = given(p, 1, 19, 24);
        Leaf lw = trained(w);
        Leaf lb = trained(b);
        LayerNorm op = new LayerNorm(lw, lb, 1e-5);
        same(p, op.forward(x.array()), Reference.layerNorm(x.values(), w.values(), b.values(), 1e-5));
        double[][] expected = Reference.layerNormBackward(x.values(), w.values(), dy.values(), 1e-5);
        same(p, op.backward(x.array(), dy.array()), expected[0]);
        same(p, gradient(lw), expected[1]);
        same(p, gradient(lb), expected[2]);
    }

    @ParameterizedTest
    @CsvSource({"FP32, GELU", "BF16, GELU", "FP32, GELU_TANH", "BF16, GELU_TANH", "FP32, TANH", "BF16, TANH"})
    void unit(Precision p, Reference.Act act) {
        Unit op = act == Reference.Act.TANH ? new Tanh() : new Gelu(act == Reference.Act.GELU_TANH);
        Given x = given(p, 3, 19, 40);
        Given dy = given(p, 1, 19, 40);
        same(p, op.forward(x.array()), Reference.unit(act, x.values()));
        same(p, op.backward(x.array(), dy.array()), Reference.unitBackward(act, x.values(), dy.values()));
    }

    /// Element (t, h, part, d) of what one map makes goes to element (t, h, d) of that part, and back.
    @Test
    void queriesKeysAndValuesComeHeadByHead() {
        int[] shape = {5, 2, 3, 4};
        NDArray z =
                manager.arange(5 * 2 * 3 * 4).toType(DataType.FLOAT32, false).reshape(5, 24);
        HeadByHead op = new HeadByHead(2, 4);
        HeadByHead.Parts parts = op.forward(z);
        NDArray[] each = {parts.q(), parts.k(), parts.v()};
        for (int t = 0; t < 5; t++)
            for (int h = 0; h < 2; h++)
                for (int part = 0; part < 3; part++)
                    for (int d = 0; d < 4; d++)
                        assertThat(each[part].getFloat(t, h, d))
                                .isEqualTo(((t * shape[1] + h) * shape[2] + part) * shape[3] + d);
        assertThat(op.backward(parts.q(), parts.k(), parts.v()).toFloatArray()).isEqualTo(z.toFloatArray());
    }

    @ParameterizedTest
    @EnumSource
    void gateWithSilu(Precision p) {
        gate(p, Gate.SWIGLU, Reference.Act.SILU);
    }

    @ParameterizedTest
    @EnumSource
    void gateWithGelu(Precision p) {
        gate(p, Gate.GEGLU, Reference.Act.GELU_TANH);
    }

    private void gate(Precision p, Gate gate, Reference.Act act) {
        Given g = given(p, 6, 19, 40);
        Given u = given(p, 2, 19, 40);
        Given dh = given(p, 1, 19, 40);
        same(p, gate.forward(g.array(), u.array()), Reference.gated(act, g.values(), u.values()));
        Gate.Grads grads = gate.backward(g.array(), u.array(), dh.array());
        double[][] expected = Reference.gatedBackward(act, g.values(), u.values(), dh.values());
        same(p, grads.dg(), expected[0]);
        same(p, grads.du(), expected[1]);
    }

    @ParameterizedTest
    @EnumSource
    void rotation(Precision p) {
        Given x = given(p, 2, 9, 4, 8);
        float[] frequencies = {1, 0.3f, 0.1f, 0.03f};
        try (RopeTable table = new RopeTable(manager, frequencies, 2, p.type)) {
            Rope rope = table.of(manager, Rows.of(manager, 5, 1, 3)); // grows the table, positions restart
            int[] positions = {0, 1, 2, 3, 4, 0, 0, 1, 2};
            double[] angles = new double[9 * 4];
            for (int t = 0; t < 9; t++) for (int i = 0; i < 4; i++) angles[t * 4 + i] = positions[t] * frequencies[i];
            same(p, rope.forward(x.array()), Reference.rotated(x.values(), angles, 4, 8, 1));
            same(p, rope.backward(x.array()), Reference.rotated(x.values(), angles, 4, 8, -1));
        }
    }

    @ParameterizedTest
    @CsvSource({"FP32, 0", "BF16, 0", "FP32, 3", "BF16, 3"})
    void crossEntropyInChunksThatDoNotDivideTheTokens(Precision p, double cap) {
        int[] targets = new Random(3).ints(37, 0, 29).toArray();
        long[] wide = Arrays.stream(targets).asLongStream().toArray();
        Given x = given(p, 1, 37, 24);
        Given w = given(p, 1, 29, 24);
        Given b = given(p, 1, 29);
        Leaf leaf = trained(w);
        Leaf bias = trained(b);
        CrossEntropy op = new CrossEntropy(leaf, 1, SoftCap.of(cap), bias); // chunks of 16 rows, the least
        CrossEntropy.Result result = op.lossAndGradients(x.array(), manager.create(wide));
        double loss = Reference.crossEntropy(x.values(), w.values(), b.values(), targets, 24, cap);
        double[][] expected = Reference.crossEntropyBackward(x.values(), w.values(), b.values(), targets, 24, cap);
        assertThat(Math.abs(result.sum() - loss) / loss).isLessThan(p.bound);
        assertThat(op.loss(x.array(), manager.create(wide))).isEqualTo(result.sum());
        same(p, result.dx(), expected[0]);
        same(p, gradient(leaf), expected[1]);
        same(p, gradient(bias), expected[2]);
    }

    /// Three pairs of answers over 37 tokens, from the head's input to the loss and back.
    @ParameterizedTest
    @CsvSource({"FP32, 0.1, 0", "BF16, 0.1, 0", "FP32, 0.5, 0.2", "BF16, 0.5, 0.2"})
    void preference(Precision p, double beta, double smoothing) {
        int[] targets = new Random(3).ints(37, 0, 29).toArray();
        int[] split = {5, 11, 12, 20, 30, 37};
        double[] expected = {-16, -20, -4, -27, -33, -24};
        Given x = given(p, 0.3, 37, 24);
        Given w = given(p, 0.3, 29, 24);
        CrossEntropy.Result head = new CrossEntropy(Leaf.frozen(w.array()), 1, null)
                .lossAndGradients(
                        x.array(),
                        manager.create(Arrays.stream(targets).asLongStream().toArray()));
        PreferenceLoss op = new PreferenceLoss(beta, smoothing);
        float[] weights = new float[37];
        double loss = 0;
        for (int pair = 0; pair < 3; pair++) {
            int from = pair == 0 ? 0 : split[2 * pair - 1];
            PreferenceLoss.Pair found = new PreferenceLoss.Pair(
                    -sum(head.losses(), from, split[2 * pair]),
                    -sum(head.losses(), split[2 * pair], split[2 * pair + 1]));
            PreferenceLoss.Judged judged =
                    op.judge(found, new PreferenceLoss.Pair(expected[2 * pair], expected[2 * pair + 1]));
            loss += judged.loss();
            Arrays.fill(weights, from, split[2 * pair], (float) -judged.slope());
            Arrays.fill(weights, split[2 * pair], split[2 * pair + 1], (float) judged.slope());
        }
        double reference = Reference.preference(x.values(), w.values(), targets, 24, split, expected, beta, smoothing);
        assertThat(Math.abs(loss - reference) / reference).isLessThan(p.bound);
        same(
                p,
                head.dx(weights),
                Reference.preferenceBackward(x.values(), w.values(), targets, 24, split, expected, beta, smoothing));
    }

    private static double sum(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) sum += values[i];
        return sum;
    }

    @ParameterizedTest
    @EnumSource
    void biasedLinear(Precision p) {
        Given x = given(p, 1, 19, 24);
        Given w = given(p, 1, 17, 24);
        Given b = given(p, 4, 17);
        Given dy = given(p, 1, 19, 17);
        Leaf leaf = trained(b);
        BiasedLinear op = new BiasedLinear(new FrozenLinear(w.array()), leaf);
        double[] ones = new double[19];
        Arrays.fill(ones, 1);
        double[] product = Reference.product(x.values(), Reference.transposed(w.values(), 17, 24), 19, 24, 17);
        same(p, op.forward(x.array()), Reference.plus(product, Reference.product(ones, b.values(), 19, 1, 17), 1));
        same(p, op.backward(x.array(), dy.array()), Reference.product(dy.values(), w.values(), 19, 17, 24));
        same(p, gradient(leaf), Reference.product(ones, dy.values(), 1, 19, 17));
    }

    /// Two of one width, of other numbers: a bias that stands in another's place is seen.
    @ParameterizedTest
    @EnumSource
    void biasedGroup(Precision p) {
        int[] outputs = {17, 17, 9};
        Given x = given(p, 1, 19, 24);
        double[] ones = new double[19];
        Arrays.fill(ones, 1);
        List<Linear> maps = new ArrayList<>();
        List<Leaf> biases = new ArrayList<>();
        List<NDArray> dys = new ArrayList<>();
        List<double[]> ys = new ArrayList<>();
        List<double[]> dbs = new ArrayList<>();
        double[] dx = new double[19 * 24];
        for (int i = 0; i < outputs.length; i++) {
            int o = outputs[i];
            Given w = given(p, 1 + i, o, 24);
            Given b = given(p, 4 + i, o);
            Given dy = given(p, 1 + i, 19, o);
            maps.add(new FrozenLinear(w.array()));
            biases.add(trained(b));
            dys.add(dy.array());
            double[] product = Reference.product(x.values(), Reference.transposed(w.values(), o, 24), 19, 24, o);
            ys.add(Reference.plus(product, Reference.product(ones, b.values(), 19, 1, o), 1));
            dbs.add(Reference.product(ones, dy.values(), 1, 19, o));
            dx = Reference.plus(dx, Reference.product(dy.values(), w.values(), 19, o, 24), 1);
        }
        BiasedGroup op = new BiasedGroup(new ApartLinears(maps), biases);
        List<NDArray> found = op.forward(x.array());
        for (int i = 0; i < outputs.length; i++) same(p, found.get(i), ys.get(i));
        same(p, op.backward(x.array(), dys), dx);
        for (int i = 0; i < outputs.length; i++) same(p, gradient(biases.get(i)), dbs.get(i));
    }

    /// Neither the target nor the largest: it is in the sum alone. Enough logits for the kernel.
    @ParameterizedTest
    @EnumSource
    void oneLogitThatIsNoNumberIsALossThatIsNone(Precision p) {
        int vocabulary = 16_384;
        Given x = given(p, 1, 3, 8);
        Given head = given(p, 1, vocabulary, 8);
        NDArray targets = manager.create(new long[] {0, 1, 2});
        for (Collection<Kernel> without : List.of(EnumSet.noneOf(Kernel.class), EnumSet.allOf(Kernel.class))) {
            NDArray broken = head.array().duplicate();
            CrossEntropy op = new CrossEntropy(Leaf.frozen(broken), 1L << 20, null);
            try (Kernels.Undo _ = Kernels.without(without)) {
                assertThat(op.lossAndGradients(x.array(), targets).losses()).doesNotContain(Float.NaN);
                Ops.fill_(Ops.narrow(broken, 0, vocabulary / 2, 1), Double.NaN);
                assertThat(op.lossAndGradients(x.array(), targets).losses()).containsOnly(Float.NaN);
                assertThat(op.losses(x.array(), targets)).containsOnly(Float.NaN);
            }
        }
    }
}
