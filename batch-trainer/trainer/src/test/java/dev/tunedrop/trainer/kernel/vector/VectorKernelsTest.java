package dev.tunedrop.trainer.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Kernels;
import dev.tunedrop.trainer.kernel.Trial;
import dev.tunedrop.trainer.op.Attention;
import dev.tunedrop.trainer.op.CrossEntropy;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.Rows;

class VectorKernelsTest {

    private static final int COMPILED_AFTER = 400;

    private final NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu());
    private final Kernels.Undo installed = Kernels.on(Device.cpu(), new VectorLauncher(0));
    private final int threads = LibTorch.threads();

    @AfterEach
    void putBack() {
        LibTorch.setThreads(threads);
        installed.close();
        manager.close();
    }

    @Test
    void roundingToBf16IsLibTorchs() {
        int[] bits = new Random(1).ints(4099).toArray();
        int[] special = {
            0,
            1 << 31,
            0x3F808000,
            0x3F818000,
            0x7F7FFFFF,
            0x7F800000,
            0xFF800000,
            0x7FC00000,
            1,
            0x80FF,
            0x7F800001,
            0x7FFFFFFF,
            0xFFFFFFFF
        };
        System.arraycopy(special, 0, bits, 0, special.length);
        float[] numbers = new float[bits.length];
        for (int i = 0; i < bits.length; i++) numbers[i] = Float.intBitsToFloat(bits[i]);
        NDArray here = manager.create(new Shape(bits.length), DataType.BFLOAT16);
        Lanes.write(true, numbers, 0, ((LtNDArray) here).address(), bits.length);
        float[] there = wide(Ops.cast(manager.create(numbers), DataType.BFLOAT16));
        assertThat(wide(here)).containsExactly(there);
        float[] back = new float[bits.length];
        Lanes.read(true, ((LtNDArray) here).address(), back, 0, bits.length);
        assertThat(back).containsExactly(there);
    }

    @Test
    void theExponentialIsRightToTheLastBitsAndANaNStaysOne() {
        float[] x = new float[Lanes.padded(10_000)];
        for (int i = 0; i < x.length; i++) x[i] = -87.3f + 175f * i / x.length;
        x[7] = Float.NaN;
        x[8] = Float.NEGATIVE_INFINITY;
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i += Lanes.COUNT)
            Exponential.of(Lanes.at(x, i)).intoArray(y, i);
        assertThat(y[7]).isNaN();
        assertThat(y[8]).isLessThan(2e-38f);
        for (int i = 9; i < x.length; i++) assertThat(y[i] / Math.exp(x[i]) - 1).isBetween(-1.2e-7, 1.2e-7);
    }

    @Test
    void aNaNAmongTheLogitsIsALossThatIsNone() {
        float[] x = new float[4 * 8];
        x[9] = Float.NaN;
        NDArray head = Trial.normal(manager, DataType.FLOAT32, 1, 24, 8);
        NDArray targets = manager.create(new long[] {0, 1, 2, 3});
        float[] losses =
                new CrossEntropy(Leaf.frozen(head), 1 << 20, null).losses(manager.create(x, new Shape(4, 8)), targets);
        assertThat(losses[0]).isFinite();
        assertThat(losses[1]).isNaN();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLOAT32", "BFLOAT16"})
    void theBitsAreTheSameBeforeAndAfterTheCodeIsCompiledAndOnAnyNumberOfThreads(DataType type) {
        LibTorch.setThreads(1);
        List<ByteBuffer> first = attention(type);
        for (int i = 0; i < COMPILED_AFTER; i++) {
            LibTorch.setThreads(1 + i % 4);
            assertThat(attention(type)).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void tilesCoverAnyNumberOfVectorsAcrossAndTouchNothingBehindThem(int vectors) {
        int rows = 2 * Tile.ROWS;
        int columns = vectors * Lanes.COUNT;
        int depth = 5;
        int widthC = columns + 3;
        Random random = new Random(vectors);
        float[] a = numbers(random, depth * rows);
        float[] b = numbers(random, depth * columns);
        float[] c = numbers(random, rows * widthC);
        float[] before = c.clone();
        Tile.addProduct(Tile.Left.transposed(a, rows), b, columns, depth, c, widthC, rows, columns);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < widthC; j++) {
                double sum = before[i * widthC + j];
                if (j < columns) for (int k = 0; k < depth; k++) sum += (double) a[k * rows + i] * b[k * columns + j];
                assertThat(c[i * widthC + j]).as("row %d, column %d", i, j).isCloseTo((float) sum, within(1e-5f));
            }
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = (float) random.nextGaussian();
        return numbers;
    }

    @Test
    void smallOperandsAreLeftToTensorOperations() {
        VectorLauncher launcher = new VectorLauncher(100);
        assertThat(launcher.runs(Kernel.RMS_NORM, 99)).isFalse();
        assertThat(launcher.runs(Kernel.RMS_NORM, 100)).isTrue();
        assertThat(launcher.runs(Kernel.ADAM_W, 100)).isFalse();
    }

    private List<ByteBuffer> attention(DataType type) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray q = Trial.normal(scope, type, 1, 40, 4, 24);
            NDArray k = Trial.normal(scope, type, 2, 40, 2, 24);
            NDArray v = Trial.normal(scope, type, 3, 40, 2, 24);
            Attention op = new Attention(Rows.of(scope, 35, 5), 0.2);
            Attention.Kept kept = op.forward(q, k, v);
            var grads = op.backward(q, q, k, v, kept);
            List<ByteBuffer> bits = new ArrayList<>();
            for (NDArray array : List.of(kept.out(), grads.dq(), grads.dk(), grads.dv()))
                bits.add(array.toByteBuffer());
            return bits;
        }
    }

    private static float[] wide(NDArray x) {
        return Ops.cast(x, DataType.FLOAT32).toFloatArray();
    }
}
