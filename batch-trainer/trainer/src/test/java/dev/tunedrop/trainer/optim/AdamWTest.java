package dev.tunedrop.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.RunSettings.Schedule;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.model.Parameter;

class AdamWTest {

    /// The update in plain double arithmetic, element by element.
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
        }
    }

    @Test
    void tenStepsAgreeWithThePlainFormula() {
        Random random = new Random(4);
        for (double decay : new double[] {0, 0.1})
            for (double magnitude : new double[] {1e-6, 1, 512})
                try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager()) {
                    float[] start = gaussian(random, 1);
                    Parameter parameter = new Parameter(
                            "p",
                            manager.create(start, new Shape(3, 5)),
                            manager.zeros(new Shape(3, 5), DataType.FLOAT32));
                    Reference reference = new Reference(start);
                    try (AdamW optimiser = new AdamW(List.of(parameter), AdamW.Options.plain(decay), manager)) {
                        for (int step = 0; step < 10; step++) {
                            float[] gradient = gaussian(random, magnitude);
                            try (NDArray added = manager.create(gradient, new Shape(3, 5))) {
                                Ops.add_(parameter.gradient(), added, 4);
                            }
                            optimiser.step(0.01, 0.25);
                            reference.step(gradient, 0.01, decay);
                        }
                    }
                    float[] moved = parameter.master().toFloatArray();
                    for (int i = 0; i < moved.length; i++)
                        assertThat((double) moved[i]).isCloseTo(reference.p[i], within(3e-6));
                    assertThat(parameter.gradient().toFloatArray()).containsOnly(0);
                }
    }

    @Test
    void theNormIsThatOfAllGradientsTogether() {
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager()) {
            Parameter a = new Parameter("a", manager.zeros(new Shape(2)), manager.create(new float[] {3, 0}));
            Parameter b = new Parameter(
                    "b", manager.zeros(new Shape(1, 1)), manager.create(new float[] {4}, new Shape(1, 1)));
            assertThat(GradientNorm.of(List.of(a, b))).isEqualTo(5);
        }
        assertThat(GradientNorm.clip(5, 1)).isCloseTo(0.2, within(1e-6));
        assertThat(GradientNorm.clip(0.5, 1)).isEqualTo(1);
        assertThat(GradientNorm.clip(0, 1)).isEqualTo(1);
    }

    @Test
    void schedulesRiseToThePeakAndFallAsNamed() {
        for (Schedule schedule : Schedule.values()) {
            Tracker rate = Schedules.of(schedule, 1.0, 100, 0.1);
            assertThat(rate.getNewValue(0)).isCloseTo(1f / 11, within(1e-6f));
            assertThat(rate.getNewValue(9)).isCloseTo(10f / 11, within(1e-6f));
            assertThat(rate.getNewValue(10)).isEqualTo(1f);
        }
        assertThat(Schedules.of(Schedule.CONSTANT, 1.0, 100, 0.1).getNewValue(99))
                .isEqualTo(1f);
        assertThat(Schedules.of(Schedule.LINEAR, 1.0, 100, 0).getNewValue(50)).isEqualTo(0.5f);
        assertThat(Schedules.of(Schedule.COSINE, 1.0, 100, 0).getNewValue(50)).isCloseTo(0.5f, within(1e-6f));
        assertThat(Schedules.of(Schedule.COSINE, 1.0, 100, 0).getNewValue(99)).isGreaterThan(0f);
        assertThat(Schedules.of(Schedule.LINEAR, 1.0, 1, 0.5).getNewValue(0)).isEqualTo(1f);
    }

    private static float[] gaussian(Random random, double magnitude) {
        float[] values = new float[15];
        for (int i = 0; i < values.length; i++) values[i] = (float) (magnitude * random.nextGaussian());
        return values;
    }
}
