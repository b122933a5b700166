package dev.tunedrop.libtorch;

import static dev.tunedrop.libtorch.Plain.assertNear;
import static dev.tunedrop.libtorch.Plain.doubles;
import static dev.tunedrop.libtorch.Plain.map;
import static dev.tunedrop.libtorch.Plain.normal;
import static dev.tunedrop.libtorch.Plain.product;
import static dev.tunedrop.libtorch.Plain.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tunedrop.libtorch.abi.OneDnn;
import dev.tunedrop.libtorch.abi.Tensors;

class OpsTest extends EngineTest {

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void productsAreSumsOfProducts(DataType type) {
        LtNDArray a = normal(manager, type, 1, 3, 5);
        LtNDArray b = normal(manager, type, 2, 5, 4);
        LtNDArray w = normal(manager, type, 3, 4, 5);
        LtNDArray c = normal(manager, type, 4, 3, 4);
        double[] ab = product(doubles(a), 5, 1, doubles(b), 4, 1, 3, 5, 4);
        double[] aw = product(doubles(a), 5, 1, doubles(w), 1, 5, 3, 5, 4);
        assertNear(Ops.mm(a, b), ab);
        assertNear(Ops.linear(a, w), aw);
        assertNear(Ops.mmNt(a, w), aw);
        assertNear(Ops.mmTn(a, c), product(doubles(a), 1, 5, doubles(c), 4, 1, 5, 3, 4));
        assertNear(a.matMul(b), ab);
        assertThat(Ops.linear(a.reshape(new Shape(3, 1, 5)), w).getShape()).isEqualTo(new Shape(3, 1, 4));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void largeProductsAreTheSameHoweverTheirOperandsLie(DataType type) {
        int n = 96;
        int k = 130;
        int m = 110;
        LtNDArray wide = normal(manager, type, 1, n, 3L * k);
        LtNDArray a = Ops.narrow(wide, 1, k, k);
        LtNDArray b = normal(manager, type, 2, k, m);
        double[] ab = product(doubles(Ops.contiguous(a)), k, 1, doubles(b), m, 1, n, k, m);
        LtNDArray at = Ops.contiguous(Ops.permute(a, 1, 0));
        LtNDArray bt = Ops.contiguous(Ops.permute(b, 1, 0));
        assertNear(Ops.mm(a, b), ab);
        assertNear(Ops.linear(a, bt), ab);
        assertNear(Ops.linear(a.duplicate().reshape(new Shape(4, n / 4, k)), bt), ab);
        assertNear(Ops.mmNt(a, bt), ab);
        assertNear(Ops.mmTn(at, b), ab);
        LtNDArray few = normal(manager, type, 3, n, 88);
        LtNDArray turned = Ops.mmTn(a.duplicate(), few); // of which the left one is the larger
        assertThat(turned.isContiguous()).isTrue();
        assertNear(turned, product(doubles(Ops.contiguous(a)), 1, k, doubles(few), 88, 1, k, n, 88));
        LtNDArray whole = normal(manager, type, 4, n, 2L * m);
        double[] before = doubles(Ops.contiguous(Ops.narrow(whole, 1, 0, m)));
        Ops.mmInto(Ops.narrow(whole, 1, m, m), a, b);
        assertNear(Ops.contiguous(Ops.narrow(whole, 1, m, m)), ab);
        assertThat(doubles(Ops.contiguous(Ops.narrow(whole, 1, 0, m)))).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void aSumWithAProductLeavesNothingOfTheFirstSummandBehind(DataType type) {
        for (int n : new int[] {3, 120}) { // small ones are added in place
            LtNDArray acc = normal(manager, type, 1, n, 100);
            double[] before = doubles(acc);
            LtNDArray a = normal(manager, type, 2, n, 105);
            LtNDArray b = normal(manager, type, 3, 105, 100);
            double[] ab = product(doubles(a), 105, 1, doubles(b), 100, 1, n, 105, 100);
            long live = Tensors.live();
            LtNDArray sum = Ops.plusProduct(acc, a, b);
            assertThat(Tensors.live()).as("arrays after it").isEqualTo(live);
            assertNear(
                    sum,
                    IntStream.range(0, ab.length)
                            .mapToDouble(i -> before[i] + ab[i])
                            .toArray());
        }
    }

    @Test
    void largeProductsOfFp32AreOneDnnsWhereLibTorchHasIt() {
        LtNDArray a = normal(manager, DataType.FLOAT32, 1, 300, 200);
        LtNDArray w = normal(manager, DataType.FLOAT32, 2, 150, 200);
        LtNDArray own = LtNDArray.wrap(manager, OneDnn.linear(a, w));
        assertThat(doubles(Ops.linear(a, w))).isEqualTo(doubles(own));
        assertThat(doubles(Ops.mmNt(a, w))).isEqualTo(doubles(own));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void addmmAddsAScaledProductInPlace(DataType type) {
        LtNDArray acc = normal(manager, type, 1, 3, 4);
        double[] before = doubles(acc);
        LtNDArray a = normal(manager, type, 2, 3, 5);
        LtNDArray b = normal(manager, type, 3, 5, 4);
        double[] ab = product(doubles(a), 5, 1, doubles(b), 4, 1, 3, 5, 4);
        LtNDArray same = Ops.addmm_(acc, a, b, 0.5, 2);
        assertThat(same).isSameAs(acc);
        assertNear(
                acc,
                IntStream.range(0, 12)
                        .mapToDouble(i -> 0.5 * before[i] + 2 * ab[i])
                        .toArray());
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void bmmIsOneProductForEachOfTheBatch(DataType type) {
        LtNDArray a = normal(manager, type, 1, 2, 3, 5);
        LtNDArray b = normal(manager, type, 2, 2, 5, 4);
        LtNDArray c = Ops.bmm(a, b);
        for (int i = 0; i < 2; i++) {
            double[] left = Arrays.copyOfRange(doubles(a), i * 15, i * 15 + 15);
            double[] right = Arrays.copyOfRange(doubles(b), i * 20, i * 20 + 20);
            assertNear(Ops.narrow(c, 0, i, 1), product(left, 5, 1, right, 4, 1, 3, 5, 4));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void functionsAreThoseOfTheFormula(DataType type) {
        LtNDArray x = normal(manager, type, 1, 4, 7);
        LtNDArray positive = x.abs().add(0.125);
        assertNear(Ops.silu(x), map(x, v -> v / (1 + Math.exp(-v))));
        assertNear(Ops.sigmoid(x), map(x, v -> 1 / (1 + Math.exp(-v))));
        assertNear(Ops.tanh(x), map(x, Math::tanh));
        assertNear(Ops.rsqrt(positive), map(positive, v -> 1 / Math.sqrt(v)));
        assertNear(
                Ops.gelu(x, true),
                map(x, v -> v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)))));
        assertNear(Ops.gelu(x, false), map(x, v -> v / 2 * (1 + erf(v / Math.sqrt(2)))));
        assertThat(Ops.gelu(x, false).getDataType()).isEqualTo(type);
    }

    /// erf by its Taylor series, enough terms for |x| < 4.
    private static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 120; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void softmaxAndItsLogarithmsAgree(DataType type) {
        LtNDArray x = normal(manager, type, 1, 3, 6);
        double[] values = doubles(x);
        double[] logSums = new double[3];
        double[] soft = new double[18];
        for (int i = 0; i < 3; i++) {
            double sum = 0;
            for (int j = 0; j < 6; j++) {
                sum += Math.exp(values[i * 6 + j]);
            }
            logSums[i] = Math.log(sum);
            for (int j = 0; j < 6; j++) {
                soft[i * 6 + j] = Math.exp(values[i * 6 + j] - logSums[i]);
            }
        }
        assertNear(Ops.softmax(x, -1, false), soft);
        assertThat(Ops.softmax(x, -1, true).getDataType()).isEqualTo(DataType.FLOAT32);
        assertNear(Ops.softmax(x, -1, true), soft); // fp32 even from bf16
        assertNear(Ops.logSumExp(x, -1), logSums);
        assertThat(Ops.logSumExp(x, -1).getShape()).isEqualTo(new Shape(3));
        assertNear(
                Ops.logSoftmax(x, -1),
                IntStream.range(0, 18)
                        .mapToDouble(i -> values[i] - logSums[i / 6])
                        .toArray());
    }

    @Test
    void logSumExpOfNothingButMinusInfinityIsMinusInfinity() {
        LtNDArray x = manager.full(new Shape(2, 3), Float.NEGATIVE_INFINITY, DataType.FLOAT32);
        assertThat(Ops.logSumExp(x, 1).toFloatArray()).containsOnly(Float.NEGATIVE_INFINITY);
        assertThat(Ops.logSumExp(manager.create(new float[] {1e4f, 1e4f}), 0).toFloatArray()[0])
                .isCloseTo(1e4f + 0.6931f, within(1e-2f));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void sumsRunOverAnyDimensions(DataType type) {
        LtNDArray x = normal(manager, type, 1, 3, 4, 5);
        double[] values = doubles(x);
        for (int[] dims : new int[][] {{0}, {1}, {2}, {-1}, {0, 1}, {1, 2}, {0, 2}, {0, 1, 2}}) {
            double[] expected = new double[60];
            int[] kept = {1, 1, 1};
            for (int d = 0; d < 3; d++) {
                int dim = d;
                kept[d] = Arrays.stream(dims).anyMatch(r -> Math.floorMod(r, 3) == dim) ? 1 : new int[] {3, 4, 5}[d];
            }
            for (int i = 0; i < 60; i++) {
                int a = i / 20 % kept[0];
                int b = i / 5 % 4 % kept[1];
                int c = i % 5 % kept[2];
                expected[(a * kept[1] + b) * kept[2] + c] += values[i];
            }
            LtNDArray sum = Ops.sumTo(x, dims, true);
            assertThat(sum.getShape()).isEqualTo(new Shape(kept[0], kept[1], kept[2]));
            assertThat(sum.getDataType()).isEqualTo(type);
            assertNear(sum, Arrays.copyOf(expected, kept[0] * kept[1] * kept[2]));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void dotSumsProductsOverTheLastDimension(DataType type) {
        LtNDArray x = normal(manager, type, 1, 2, 9);
        LtNDArray y = normal(manager, type, 2, 2, 9);
        double[] products = zip(x, y, (a, b) -> a * b);
        double first = Arrays.stream(products, 0, 9).sum();
        double second = Arrays.stream(products, 9, 18).sum();
        assertNear(Ops.dot(x, y), first, second);
        LtNDArray row = Ops.dot(x.reshape(new Shape(18)), y.reshape(new Shape(18)));
        assertThat(row.getShape()).isEqualTo(new Shape());
        assertNear(row, first + second);
        LtNDArray squared = Ops.normSquared(x);
        assertThat(squared.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(squared.getShape()).isEqualTo(new Shape());
        assertNear(squared, Arrays.stream(doubles(x)).map(v -> v * v).sum());
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void inPlaceOpsChangeTheirFirstOperandOnly(DataType type) {
        LtNDArray b = normal(manager, type, 2, 6);
        LtNDArray c = normal(manager, type, 3, 6).abs().add(1);
        LtNDArray half = manager.full(new Shape(1), 0.5f, type);
        double[] other = doubles(b);
        assertNear(Ops.add_(fresh(type), b, -2), zip(fresh(type), b, (x, y) -> x - 2 * y));
        assertNear(Ops.mul_(fresh(type), b), zip(fresh(type), b, (x, y) -> x * y));
        assertNear(Ops.mulScalar_(fresh(type), 0.75), map(fresh(type), x -> 0.75 * x));
        assertNear(Ops.lerp_(fresh(type), b, half), zip(fresh(type), b, (x, y) -> x + 0.5 * (y - x)));
        assertNear(Ops.addcmul_(fresh(type), b, b, 0.1), zip(fresh(type), b, (x, y) -> x + 0.1 * y * y));
        assertNear(Ops.addcdiv_(fresh(type), c, c, 0.5), map(fresh(type), x -> x + 0.5));
        assertNear(Ops.copy_(fresh(type), b), other);
        assertNear(Ops.zero_(fresh(type)), new double[6]);
        assertNear(Ops.fill_(fresh(type), 1.5), 1.5, 1.5, 1.5, 1.5, 1.5, 1.5);
        assertNear(b, other);
    }

    private LtNDArray fresh(DataType type) {
        return normal(manager, type, 1, 6);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void selectionsTakeAndPutRows(DataType type) {
        LtNDArray w = (LtNDArray) manager.arange(12f).reshape(new Shape(4, 3)).toType(type, false);
        LtNDArray ids = (LtNDArray) manager.create(new long[] {2, 0, 2});
        assertNear(Ops.embedding(w, ids), 6, 7, 8, 0, 1, 2, 6, 7, 8);
        assertNear(Ops.indexSelect(w, 0, ids), 6, 7, 8, 0, 1, 2, 6, 7, 8);
        assertNear(Ops.indexSelect(w, 1, ids), 2, 0, 2, 5, 3, 5, 8, 6, 8, 11, 9, 11);
        LtNDArray acc = manager.zeros(new Shape(4, 3), type);
        Ops.indexAdd_(acc, 0, ids, Ops.embedding(w, ids));
        assertNear(acc, 0, 1, 2, 0, 0, 0, 12, 14, 16, 0, 0, 0);
        LtNDArray int32 = ids.toType(DataType.INT32, false);
        LtNDArray columns = manager.zeros(new Shape(2, 3), type);
        Ops.indexAdd_(columns, 1, int32, manager.ones(new Shape(2, 3), type));
        assertNear(columns, 1, 0, 2, 1, 0, 2);
        LtNDArray at = (LtNDArray) manager.create(new long[] {1, 0, 2, 1}, new Shape(4, 1));
        assertNear(Ops.gather(w, 1, at), 1, 3, 8, 10);
        Ops.scatter_(w, 1, at, manager.full(new Shape(4, 1), -1, type));
        assertNear(w, 0, -1, 2, -1, 4, 5, 6, 7, -1, 9, -1, 11);
    }

    @Test
    void bitsOfBytesAreMaskedAndShifted() {
        LtNDArray bytes =
                (LtNDArray) manager.create(new byte[] {(byte) 0xab, 0x12}).toType(DataType.UINT8, false);
        assertThat(Ops.shiftRight(bytes, 4).toUint8Array()).containsExactly(0xa, 1);
        assertThat(Ops.bitAnd(bytes, 15).toUint8Array()).containsExactly(0xb, 2);
        assertThat(Ops.shiftLeft(bytes, 4).toUint8Array()).containsExactly(0xb0, 0x20);
        assertThat(Ops.bitOr(bytes, 1).toUint8Array()).containsExactly(0xab, 0x13);
        assertThat(Ops.bitAnd(bytes, bytes).toUint8Array()).containsExactly(0xab, 0x12);
        assertThat(Ops.bitOr(bytes, bytes).getDataType()).isEqualTo(DataType.UINT8);
    }

    @Test
    void aMaskDependsOnSeedAndPositionAlone() {
        LtNDArray mask = Ops.bernoulliMask(manager, new Shape(100, 100), 0.9, 7, 0);
        assertThat(mask.sum().toFloatArray()[0]).isBetween(8900f, 9100f);
        LtNDArray second = Ops.bernoulliMask(manager, new Shape(50, 100), 0.9, 7, 5000);
        assertThat(second).isEqualTo(Ops.contiguous(Ops.narrow(mask, 0, 50, 50)));
        assertThat(Ops.bernoulliMask(manager, new Shape(100, 100), 0.9, 8, 0)).isNotEqualTo(mask);
        assertThat(Ops.bernoulliMask(manager, new Shape(9), 0, 7, 0).toFloatArray())
                .containsOnly(0);
        assertThat(Ops.bernoulliMask(manager, new Shape(9), 1, 7, 0).toFloatArray())
                .containsOnly(1);
    }

    @Test
    void multinomialDrawsInProportion() {
        LtNDArray rows = Ops.expand(manager.create(new float[] {0, 1, 3, 0}).reshape(1, 4), new Shape(4000, 4));
        long[] drawn = Ops.multinomial(rows, new Random(1)).toLongArray();
        assertThat(drawn).containsOnly(1, 2);
        assertThat(Arrays.stream(drawn).filter(i -> i == 2).count()).isBetween(2900L, 3100L);
    }
}
