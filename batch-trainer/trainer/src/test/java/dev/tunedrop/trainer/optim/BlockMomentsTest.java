package dev.tunedrop.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tunedrop.events.run.MemorySettings.Optimizer;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.model.Parameter;
import dev.tunedrop.trainer.quant.DynamicCode;

/// Moments in 8 bits, and moments in host memory.
class BlockMomentsTest {

    private static final int BLOCK = 256;

    /// Not a multiple of the block.
    private static final Shape LARGE = new Shape(37, 131);

    private static final AdamW.Options EIGHT_BIT = new AdamW.Options(0.01, Optimizer.ADAMW_8BIT, false);

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = LtEngine.instance().newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void theUnsignedCodeBookSpendsTheSignOnOneMoreBitOfFraction() {
        float[] code = DynamicCode.unsigned();
        assertThat(code).hasSize(256).isSorted().doesNotHaveDuplicates();
        assertThat(code[0]).isZero();
        assertThat(code[1]).isCloseTo(0.325e-6f, within(1e-12f)); // the middle of [0.1, 0.55], times 10⁻⁶
        assertThat(code[2]).isCloseTo(0.775e-6f, within(1e-12f));
        assertThat(code[254]).isCloseTo(1 - 0.9f / 256, within(1e-6f));
        assertThat(code[255]).isEqualTo(1);
    }

    /// bitsandbytes' blockwise update, element by element: open, move in full precision, round to the nearest code.
    private static final class Reference {
        private final double[] p;
        private final double[] m;
        private final double[] v;
        private int t;

        Reference(float[] start) {
            p = new double[start.length];
            for (int i = 0; i < p.length; i++) p[i] = start[i];
            m = new double[p.length];
            v = new double[p.length];
        }

        void step(float[] gradient, double lr, double decay) {
            t++;
            for (int i = 0; i < p.length; i++) {
                p[i] *= 1 - lr * decay;
                m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
                double mHat = m[i] / (1 - Math.pow(0.9, t));
                double vHat = v[i] / (1 - Math.pow(0.999, t));
                p[i] -= lr * mHat / (Math.sqrt(vHat) + 1e-8);
            }
            round(m, DynamicCode.code());
            round(v, DynamicCode.unsigned());
        }

        private static void round(double[] values, float[] code) {
            for (int from = 0; from < values.length; from += BLOCK) {
                int to = Math.min(values.length, from + BLOCK);
                double largest = 0;
                for (int i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]));
                if (largest == 0) continue;
                for (int i = from; i < to; i++) values[i] = nearest(values[i] / largest, code) * largest;
            }
        }

        private static double nearest(double value, float[] code) {
            int best = 0;
            for (int c = 1; c < code.length; c++)
                if (Math.abs(code[c] - value) < Math.abs(code[best] - value)) best = c;
            return code[best] == 0 && value < 0 ? code[best - 1] : code[best];
        }
    }

    @Test
    void twentyStepsAgreeWithTheBlockwiseReference() {
        Random random = new Random(3);
        Parameter parameter = parameter(LARGE, random);
        Reference reference = new Reference(parameter.master().toFloatArray());
        try (AdamW optimiser = new AdamW(List.of(parameter), EIGHT_BIT, manager)) {
            for (int step = 0; step < 20; step++) {
                float[] gradient = gradient(LARGE, random);
                parameter.gradient().set(gradient);
                optimiser.step(0.01, 1);
                reference.step(gradient, 0.01, 0.01);
            }
            float[] moved = parameter.master().toFloatArray();
            int far = 0;
            for (int i = 0; i < moved.length; i++) if (Math.abs(moved[i] - reference.p[i]) > 1e-5) far++;
            // a value that lies on the border of two codes in fp32 may take the other one than in fp64
            assertThat(far).isLessThan(moved.length / 100);
        }
    }

    @Test
    void aTensorBelow4096ElementsStaysInFullPrecision() {
        Shape small = new Shape(4095);
        List<float[]> ends = new ArrayList<>();
        for (Optimizer kind : Optimizer.values()) {
            Parameter parameter = parameter(small, new Random(5));
            try (AdamW optimiser = new AdamW(List.of(parameter), new AdamW.Options(0, kind, false), manager)) {
                parameter.gradient().set(gradient(small, new Random(6)));
                optimiser.step(0.01, 1);
                assertThat(optimiser.stateBytes()).isEqualTo(8L * 4095);
            }
            ends.add(parameter.master().toFloatArray());
        }
        assertThat(ends.getFirst()).isEqualTo(ends.getLast());
    }

    @Test
    void theStateTakesTwoBytesAWeight() {
        Parameter parameter = parameter(new Shape(256, 1024), new Random(1));
        try (AdamW plain = new AdamW(List.of(parameter), AdamW.Options.plain(0), manager);
                AdamW small = new AdamW(List.of(parameter), EIGHT_BIT, manager)) {
            assertThat(plain.stateBytes()).isEqualTo(8 * parameter.elements());
            assertThat(small.stateBytes()).isEqualTo(2 * parameter.elements() + 8 * parameter.elements() / BLOCK);
        }
    }

    @ParameterizedTest
    @EnumSource(Optimizer.class)
    void momentsThatLiveInHostMemoryMoveTheSameWay(Optimizer kind) {
        List<float[]> ends = new ArrayList<>();
        List<List<byte[]>> states = new ArrayList<>();
        for (Residence residence : Residence.values()) {
            Random random = new Random(9);
            Parameter parameter = parameter(LARGE, random);
            try (AdamW optimiser =
                    new AdamW(List.of(parameter), new AdamW.Options(0.01, kind, true), manager, residence)) {
                for (int step = 0; step < 5; step++) {
                    parameter.gradient().set(gradient(LARGE, random));
                    optimiser.step(0.01, 1);
                }
                states.add(optimiser.state().values().stream()
                        .map(array -> array.toByteBuffer().array())
                        .toList());
            }
            ends.add(parameter.master().toFloatArray());
        }
        assertThat(ends).hasSize(2);
        assertThat(ends.getLast()).isEqualTo(ends.getFirst());
        for (int i = 0; i < states.getFirst().size(); i++)
            assertThat(states.getLast().get(i)).isEqualTo(states.getFirst().get(i));
    }

    @Test
    void whatVisitsTheDeviceIsACopy() {
        try (NDArray kept = manager.create(new float[] {1, 2});
                NDArray visitor = Residence.HOST.visit(kept, manager)) {
            visitor.addi(1);
            assertThat(kept.toFloatArray()).containsExactly(1, 2);
            Residence.HOST.leave(visitor, kept);
            assertThat(kept.toFloatArray()).containsExactly(2, 3);
        }
    }

    private Parameter parameter(Shape shape, Random random) {
        return new Parameter(
                "p", manager.create(gradient(shape, random), shape), manager.zeros(shape, DataType.FLOAT32));
    }

    /// Values of many magnitudes.
    private static float[] gradient(Shape shape, Random random) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 2));
        return values;
    }
}
