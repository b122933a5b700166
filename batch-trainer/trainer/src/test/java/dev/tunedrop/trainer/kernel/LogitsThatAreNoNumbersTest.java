package dev.tunedrop.trainer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
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
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.kernel.vector.VectorLauncher;

/// A loss says that a logit was no number, wherever in its row that lies: training stops on the loss.
class LogitsThatAreNoNumbersTest {

    /// Few threads with two packs or three each, the last of them with fewer.
    private static final int THREADS = 8;

    private static final int VOCABULARY = 136;
    private static final int TARGET = 77;
    private static final float[] ODD = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};

    /// Whose kernel.
    enum Whose {
        GPU,
        CPU
    }

    @ParameterizedTest
    @EnumSource(Whose.class)
    void inFp32ALossIsANumberWhereItsTwinsIs(Whose whose) {
        agree(whose, DataType.FLOAT32);
    }

    @ParameterizedTest
    @EnumSource(Whose.class)
    void inBf16ALossIsANumberWhereItsTwinsIs(Whose whose) {
        agree(whose, DataType.BFLOAT16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLOAT32", "BFLOAT16"})
    void aRootMeanSquareOfWhatIsNoNumberIsNone(DataType type) {
        HostLauncher host = HostLauncher.compiled();
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu())) {
            for (int at = 0; at < VOCABULARY; at++) {
                float[] row = row(new Random(1));
                row[at] = Float.NaN;
                NDArray x = manager.create(row, new Shape(1, VOCABULARY)).toType(type, false);
                NDArray w = manager.ones(new Shape(VOCABULARY), type);
                NDArray y = manager.create(x.getShape(), type);
                host.launch(Kernel.RMS_NORM.entry("forward", type), 1, THREADS, x, w, y, VOCABULARY, 1e-6f, 0f);
                assertThat(wide(y)).as("a NaN at %d", at).containsOnly(Float.NaN);
            }
        }
    }

    private static void agree(Whose whose, DataType type) {
        Launcher launcher = whose == Whose.GPU ? HostLauncher.compiled() : new VectorLauncher(0);
        List<float[]> rows = rows(16 / type.getNumOfBytes());
        int count = rows.size();
        float[] all = new float[count * VOCABULARY];
        for (int i = 0; i < count; i++) System.arraycopy(rows.get(i), 0, all, i * VOCABULARY, VOCABULARY);
        long[] everywhere = new long[count];
        Arrays.fill(everywhere, TARGET);
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu())) {
            NDArray z = manager.create(all, new Shape(count, VOCABULARY)).toType(type, false);
            NDArray targets = manager.create(everywhere);
            NDArray wide = Ops.cast(z, DataType.FLOAT32);
            float[] sums = Ops.logSumExp(wide, 1).toFloatArray();
            float[] logits = wide(wide);
            float[] shares = Ops.softmax(wide, 1, true).toFloatArray();
            NDArray losses = manager.zeros(new Shape(count), DataType.FLOAT32);
            launcher.launch(Kernel.CROSS_ENTROPY.entry(type), count, THREADS, z, targets, losses, VOCABULARY, 0f, 1);
            float[] here = losses.toFloatArray();
            float[] gradients = wide(z);
            int numbers = 0;
            for (int i = 0; i < count; i++) {
                float there = sums[i] - logits[i * VOCABULARY + TARGET];
                assertThat(Float.isFinite(here[i]))
                        .as("row %d: %s, %s", i, here[i], there)
                        .isEqualTo(Float.isFinite(there));
                if (!Float.isFinite(there)) continue;
                numbers++;
                assertThat(here[i]).as("row %d", i).isCloseTo(there, within(2e-5f));
                for (int j = 0; j < VOCABULARY; j++)
                    assertThat(gradients[i * VOCABULARY + j])
                            .as("row %d, column %d", i, j)
                            .isCloseTo(shares[i * VOCABULARY + j] - (j == TARGET ? 1 : 0), within(5e-3f));
            }
            assertThat(numbers).as("rows with a loss").isGreaterThan(VOCABULARY);
            assertThat(count - numbers).as("rows without one").isGreaterThan(2 * VOCABULARY);
        }
    }

    /// One odd number at each place; packs full of it, one and every one of a thread; and a row of numbers.
    private static List<float[]> rows(int pack) {
        Random random = new Random(3);
        List<float[]> rows = new ArrayList<>(List.of(row(random)));
        for (float odd : ODD) {
            for (int at = 0; at < VOCABULARY; at++) {
                float[] row = row(random);
                row[at] = odd;
                rows.add(row);
            }
            for (int from = 0; from < VOCABULARY; from += pack) {
                float[] one = row(random);
                float[] threads = row(random);
                Arrays.fill(one, from, from + pack, odd);
                for (int next = from; next < VOCABULARY; next += THREADS * pack)
                    Arrays.fill(threads, next, next + pack, odd);
                rows.add(one);
                rows.add(threads);
            }
        }
        return rows;
    }

    private static float[] row(Random random) {
        float[] row = new float[VOCABULARY];
        for (int i = 0; i < row.length; i++) row[i] = 3 * (float) random.nextGaussian();
        return row;
    }

    private static float[] wide(NDArray x) {
        return Ops.cast(x, DataType.FLOAT32).toFloatArray();
    }
}
