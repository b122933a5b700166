package dev.tunedrop.trainer.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tunedrop.libtorch.Ops;

/// Maps that are computed together against each by itself.
class JoinedLoraTest {

    private static final int TOKENS = 7;
    private static final int INPUTS = 24;
    private static final int RANK = 3;
    private static final double SCALE = 1.5;
    private static final int[] OUTPUTS = {16, 8, 8};

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT32", "BFLOAT16"})
    void mapsComputedTogetherGiveWhatEachGivesByItself(DataType type) {
        try (NDManager manager = Engine.getEngine("LibTorch").newBaseManager(Device.cpu())) {
            double allowed = type == DataType.FLOAT32 ? 1e-5 : 2e-2;
            NDArray x = normal(manager, type, 1, TOKENS, INPUTS);
            NDArray as = normal(manager, type, 2, (long) OUTPUTS.length * RANK, INPUTS);
            NDArray dAs = manager.ones(as.getShape(), DataType.FLOAT32);
            List<Linear> apart = new ArrayList<>();
            List<NDArray> expected = new ArrayList<>();
            List<JoinedLora.Opening> weights = new ArrayList<>();
            List<Leaf> bs = new ArrayList<>();
            List<NDArray> gradients = new ArrayList<>();
            List<NDArray> dys = new ArrayList<>();
            for (int i = 0; i < OUTPUTS.length; i++) {
                NDArray w = normal(manager, type, 10 + i, OUTPUTS[i], INPUTS);
                NDArray b = normal(manager, type, 20 + i, OUTPUTS[i], RANK);
                Leaf a = new Leaf(
                        Ops.narrow(as, 0, (long) i * RANK, RANK),
                        manager.ones(new Shape(RANK, INPUTS), DataType.FLOAT32));
                Leaf own = new Leaf(b, manager.ones(b.getShape(), DataType.FLOAT32));
                apart.add(new LoraLinear(w, a, own, SCALE, null));
                expected.add(a.gradient());
                expected.add(own.gradient());
                weights.add(scope -> Aliases.in(scope, w));
                bs.add(new Leaf(b, manager.ones(b.getShape(), DataType.FLOAT32)));
                gradients.add(Ops.narrow(dAs, 0, (long) i * RANK, RANK));
                gradients.add(bs.getLast().gradient());
                dys.add(normal(manager, type, 30 + i, TOKENS, OUTPUTS[i]));
            }
            JoinedLora together = new JoinedLora(weights, new Leaf(as, dAs), bs, SCALE);
            List<NDArray> one = new ApartLinears(apart).forward(x);
            List<NDArray> all = together.forward(x);
            for (int i = 0; i < OUTPUTS.length; i++) close(all.get(i), one.get(i), allowed);
            List<NDArray> copies = dys.stream().map(NDArray::duplicate).toList();
            NDArray dx = new ApartLinears(apart).backward(x, copies);
            close(together.backward(x, dys), dx, allowed);
            for (int i = 0; i < gradients.size(); i++) close(gradients.get(i), expected.get(i), allowed);
            assertThat(dys).as("gradients are closed as soon as they were used").allMatch(NDArray::isReleased);
        }
    }

    private static void close(NDArray actual, NDArray expected, double allowed) {
        float[] a = actual.toFloatArray();
        float[] b = expected.toFloatArray();
        assertThat(a).hasSameSizeAs(b);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < a.length; i++) {
            difference += Math.pow((double) a[i] - b[i], 2);
            size += Math.pow(b[i], 2);
        }
        assertThat(Math.sqrt(difference / size)).isLessThan(allowed);
    }

    private static NDArray normal(NDManager manager, DataType type, long seed, long... sizes) {
        Random random = new Random(seed);
        float[] values = new float[(int) new Shape(sizes).size()];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        return manager.create(values, new Shape(sizes)).toType(type, false);
    }
}
