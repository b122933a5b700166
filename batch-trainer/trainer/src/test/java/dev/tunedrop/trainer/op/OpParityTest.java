package dev.tunedrop.trainer.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tunedrop.libtorch.AttentionGrads;
import dev.tunedrop.libtorch.LibTorch;

/// Each op on LibTorch against its reference in double, on the same inputs rounded to the op's precision.
class OpParityTest {

    /// How far a result may be off, relative to its length: a few roundings of 24 bits, or of 8 bits.
    enum Precision {
        FP32(DataType.FLOAT32, 2e-6),
        BF16(DataType.BFLOAT16, 2e-2);

        final DataType type;
        final double bound;

        Precision(DataType type, double bound) {
            this.type = type;
            this.bound = bound;
        }
    }

    private NDManager manager = Engine.getEngine("LibTorch").newBaseManager(Device.cpu());

    @BeforeEach
    void open() {
        manager = Engine.getEngine("LibTorch").newBaseManager(Device.cpu());
        LibTorch.setThreads(1);
    }

    @AfterEach
    void close() {
        manager.close();
    }

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
        LoraLinear op = new LoraLinear(w.array, la, lb, 0.7, null);
        same(p, op.forward(x.array), Reference.lora(x.values, w.values, a.values, b.values, 0.7, t, i, o, r));
        double[][] expected =
                Reference.loraBackward(x.values, w.values, a.values, b.values, dy.values, 0.7, t, i, o, r);
        same(p, op.backward(x.array, dy.array), expected[0]);
        same(p, gradient(la), expected[1]);
        same(p, gradient(lb), expected[2]);
    }

    @ParameterizedTest
    @EnumSource
    void trainedLinear(Precision p) {
        Given x = given(p, 2, 19, 24);
        Given w = given(p, 1, 17, 24);
        Given dy = given(p, 1, 19, 17);
        Leaf leaf = trained(w);
        TrainedLinear op = new TrainedLinear(w.array, gradient(leaf));
        same(p, op.forward(x.array), Reference.product(x.values, Reference.transposed(w.values, 17, 24), 19, 24, 17));
        same(p, op.backward(x.array, dy.array), Reference.product(dy.values, w.values, 19, 17, 24));
        same(p, gradient(leaf), Reference.product(Reference.transposed(dy.values, 19, 17), x.values, 17, 19, 24));
    }

    @ParameterizedTest
    @EnumSource
    void norm(Precision p) {
        Given x = given(p, 8, 19, 24);
        Given w = given(p, 1, 24);
        Given dy = given(p, 1, 19, 24);
        Leaf leaf = trained(w);
        RmsNorm op = new RmsNorm(leaf, 1e-5);
        same(p, op.forward(x.array), Reference.norm(x.values, w.values, 1e-5));
        double[][] expected = Reference.normBackward(x.values, w.values, dy.values, 1e-5);
        same(p, op.backward(x.array, dy.array), expected[0]);
        same(p, gradient(leaf), expected[1]);
    }

    @ParameterizedTest
    @EnumSource
    void gatedActivation(Precision p) {
        Given g = given(p, 6, 19, 40);
        Given u = given(p, 2, 19, 40);
        Given dh = given(p, 1, 19, 40);
        same(p, SwiGlu.forward(g.array, u.array), Reference.gated(g.values, u.values));
        SwiGlu.Grads grads = SwiGlu.backward(g.array, u.array, dh.array);
        double[][] expected = Reference.gatedBackward(g.values, u.values, dh.values);
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
            same(p, rope.forward(x.array), Reference.rotated(x.values, angles, 4, 8, 1));
            same(p, rope.backward(x.array), Reference.rotated(x.values, angles, 4, 8, -1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void crossEntropyInChunksThatDoNotDivideTheTokens(Precision p) {
        int[] targets = new Random(3).ints(37, 0, 29).toArray();
        long[] wide = java.util.Arrays.stream(targets).asLongStream().toArray();
        Given x = given(p, 1, 37, 24);
        Given w = given(p, 1, 29, 24);
        Leaf leaf = trained(w);
        CrossEntropy op = new CrossEntropy(leaf, 1); // chunks of 16 rows, the least
        CrossEntropy.Result result = op.lossAndGradients(x.array, manager.create(wide));
        double loss = Reference.crossEntropy(x.values, w.values, targets, 24);
        double[][] expected = Reference.crossEntropyBackward(x.values, w.values, targets, 24);
        assertThat(Math.abs(result.sum() - loss) / loss).isLessThan(p.bound);
        assertThat(op.loss(x.array, manager.create(wide))).isEqualTo(result.sum());
        same(p, result.dx(), expected[0]);
        same(p, gradient(leaf), expected[1]);
    }

    @ParameterizedTest
    @EnumSource
    void attentionWithinRows(Precision p) {
        int[] lengths = {5, 1, 13};
        Given q = given(p, 1, 19, 4, 8);
        Given k = given(p, 1, 19, 2, 8);
        Given v = given(p, 1, 19, 2, 8);
        Given dout = given(p, 1, 19, 4, 8);
        Attention op = new Attention(Rows.of(manager, lengths), 1 / Math.sqrt(8));
        Attention.Kept kept = op.forward(q.array, k.array, v.array);
        same(p, kept.out(), Reference.attention(q.values, k.values, v.values, 4, 2, 8, lengths));
        AttentionGrads grads = op.backward(dout.array, q.array, k.array, v.array, kept);
        double[][] expected = Reference.attentionBackward(q.values, k.values, v.values, dout.values, 4, 2, 8, lengths);
        same(p, grads.dq(), expected[0]);
        same(p, grads.dk(), expected[1]);
        same(p, grads.dv(), expected[2]);
    }

    /// An array and the very values that it holds.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Given(NDArray array, double[] values) {}

    private Given given(Precision p, double magnitude, long... shape) {
        Shape size = new Shape(shape);
        float[] values = new float[(int) size.size()];
        Random random = new Random(size.hashCode());
        for (int i = 0; i < values.length; i++) values[i] = (float) (random.nextGaussian() * magnitude);
        NDArray array = Casts.to(p.type, manager.create(values, size));
        float[] held = array.toFloatArray();
        double[] wide = new double[held.length];
        for (int i = 0; i < held.length; i++) wide[i] = held[i];
        return new Given(array, wide);
    }

    private Leaf trained(Given given) {
        return new Leaf(given.array, manager.zeros(given.array.getShape(), DataType.FLOAT32));
    }

    private static NDArray gradient(Leaf leaf) {
        NDArray gradient = leaf.gradient();
        if (gradient == null) throw new AssertionError("a trained leaf has a gradient");
        return gradient;
    }

    private static void same(Precision p, NDArray result, double[] expected) {
        float[] values = result.toFloatArray();
        assertThat(values).hasSize(expected.length);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < values.length; i++) {
            difference += (values[i] - expected[i]) * (values[i] - expected[i]);
            size += expected[i] * expected[i];
        }
        assertThat(Math.sqrt(difference / size)).isLessThan(p.bound);
    }
}
