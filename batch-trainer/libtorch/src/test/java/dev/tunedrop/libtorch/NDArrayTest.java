package dev.tunedrop.libtorch;

import static dev.tunedrop.libtorch.Plain.assertNear;
import static dev.tunedrop.libtorch.Plain.normal;
import static dev.tunedrop.libtorch.Plain.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.EnumSet;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// DJL's own methods.
class NDArrayTest extends EngineTest {
    @Test
    void djlFindsTheEngineByName() {
        assertThat(Engine.getEngine("LibTorch")).isSameAs(LtEngine.instance());
        try (NDManager own = NDManager.newBaseManager(null, "LibTorch")) {
            assertThat(own.ones(new Shape(2)).add(1).toFloatArray()).containsOnly(2);
        }
    }

    @Test
    void theTestsRunOnTheLibTorchTheyWereMeantFor() {
        String expected = System.getProperty("expected.libtorch");
        assumeTrue(expected != null, "no LibTorch is expected: the tests do not run from Maven");
        String[] numbers = expected.split("\\.");
        assertThat(LibTorch.version()).startsWith(numbers[0] + "." + numbers[1]);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16", "FLOAT64"})
    void floatingArithmeticBroadcasts(DataType type) {
        LtNDArray x = normal(manager, type, 1, 2, 3);
        LtNDArray y = normal(manager, type, 2, 2, 3).add(4);
        double tolerance = type == DataType.FLOAT16 ? 2e-3 : Plain.tolerance(type);
        Plain.assertWithin(x.add(y), tolerance, zip(x, y, (a, b) -> a + b));
        Plain.assertWithin(x.sub(y), tolerance, zip(x, y, (a, b) -> a - b));
        Plain.assertWithin(x.mul(y), tolerance, zip(x, y, (a, b) -> a * b));
        Plain.assertWithin(x.div(y), tolerance, zip(x, y, (a, b) -> a / b));
        Plain.assertWithin(x.maximum(y), tolerance, zip(x, y, Math::max));
        Plain.assertWithin(x.minimum(0.25), tolerance, Plain.map(x, a -> Math.min(a, 0.25)));
        Plain.assertWithin(x.maximum(0.25), tolerance, Plain.map(x, a -> Math.max(a, 0.25)));
        Plain.assertWithin(x.clip(-0.5, 0.5), tolerance, Plain.map(x, a -> Math.clamp(a, -0.5, 0.5)));
        Plain.assertWithin(x.pow(2), tolerance, Plain.map(x, a -> a * a));
        Plain.assertWithin(x.add(1.5).sub(0.5).mul(3).div(2).neg(), 4 * tolerance, Plain.map(x, a -> -(a + 1) * 1.5));
        Plain.assertWithin(y.sqrt().log().exp().square(), 4 * tolerance, y.toDoubleArray());
        Plain.assertWithin(NDArrays.sub(1, x), tolerance, Plain.map(x, a -> 1 - a));
        assertThat(x.add(1.5).getDataType()).isEqualTo(type);
        assertThat(x.mul(2).getDataType()).isEqualTo(type);
        assertThat(x.div(2).getDataType()).isEqualTo(type);
        LtNDArray row = normal(manager, type, 3, 1, 3);
        assertThat(x.add(row).getShape()).isEqualTo(new Shape(2, 3));
        LtNDArray z = x.duplicate();
        z.addi(y).subi(1).muli(2).divi(4);
        Plain.assertWithin(z, 4 * tolerance, zip(x, y, (a, b) -> (a + b - 1) / 2));
    }

    @Test
    void everyTypeIsCreatedCastAndReadBack() {
        EnumSet<DataType> seen = EnumSet.noneOf(DataType.class);
        for (DataType type : EnumSet.of(
                DataType.FLOAT64,
                DataType.FLOAT32,
                DataType.FLOAT16,
                DataType.BFLOAT16,
                DataType.INT64,
                DataType.INT32,
                DataType.INT16,
                DataType.INT8,
                DataType.UINT8,
                DataType.BOOLEAN)) {
            LtNDArray x = manager.ones(new Shape(3), type);
            assertThat(x.getDataType()).isEqualTo(type);
            for (DataType other : seen) {
                assertThat(x.toType(other, false))
                        .as("%s to %s", type, other)
                        .isEqualTo(manager.ones(new Shape(3), other));
            }
            assertThat(x.toByteArray()).hasSize(3 * type.getNumOfBytes());
            assertThat(x.toType(DataType.FLOAT32, false).toFloatArray()).containsOnly(1);
            assertThat(x.toString()).isNotEmpty();
            seen.add(type);
        }
        assertThat(seen).hasSize(10);
    }

    @Test
    void integersAddExactly() {
        NDArray big = manager.create(new long[] {(1L << 53) + 1, -5});
        assertThat(big.add(big).toLongArray()).containsExactly((1L << 54) + 2, -10);
        assertThat(big.add(2).toLongArray()).containsExactly((1L << 53) + 3, -3);
        assertThat(big.sub(1).toLongArray()).containsExactly(1L << 53, -6);
        assertThat(big.sub(big).toLongArray()).containsOnly(0);
        NDArray small = manager.create(new int[] {7, 8});
        assertThat(small.add(1).getDataType()).isEqualTo(DataType.INT32);
        assertThat(small.add(big).getDataType()).isEqualTo(DataType.INT64);
        assertThat(small.add(small.expandDims(1)).toIntArray()).containsExactly(14, 15, 15, 16);
        assertThat(small.addi(3).toIntArray()).containsExactly(10, 11);
        assertThat(small.mul(2).sub(1).toIntArray()).containsExactly(19, 21);
        assertThat(small.add(0.5).toFloatArray()).containsExactly(10.5f, 11.5f);
        assertThat(small.div(4).toFloatArray()).containsExactly(2.5f, 2.75f);
        NDArray bytes = manager.create(new byte[] {(byte) 250, 3}).toType(DataType.UINT8, false);
        assertThat(bytes.add(10).toUint8Array()).containsExactly(4, 13);
    }

    @Test
    void reductionsMatchTheirNames() {
        NDArray x = manager.create(new float[] {3, 1, 2, 9, 7, 8}, new Shape(2, 3));
        assertNear(x.sum(), 30);
        assertNear(x.mean(), 5);
        assertNear(x.max(), 9);
        assertNear(x.min(), 1);
        assertNear(x.prod(), 3024);
        assertNear(x.max(new int[] {1}), 3, 9);
        assertNear(x.min(new int[] {0}), 3, 1, 2);
        assertNear(x.max(new int[] {0, 1}, true), 9);
        assertNear(x.mean(new int[] {1}), 2, 8);
        assertNear(x.sum(new int[] {0}, true), 12, 8, 10);
        assertNear(x.prod(new int[] {1}), 6, 504);
        assertThat(x.sum(new int[] {0}, true).getShape()).isEqualTo(new Shape(1, 3));
        assertThat(x.argMax(1).toLongArray()).containsExactly(0, 0);
        assertThat(x.argMax().toLongArray()).containsExactly(3);
        assertThat(x.argMin(0).toLongArray()).containsExactly(0, 0, 0);
        assertNear(x.norm(), Math.sqrt(208));
        assertNear(x.norm(new int[] {1}), Math.sqrt(14), Math.sqrt(194));
        assertNear(x.cumSum(1), 3, 4, 6, 9, 16, 24);
        assertNear(x.sort(1), 1, 2, 3, 7, 8, 9);
        assertThat(x.argSort(1, false).toLongArray()).containsExactly(0, 2, 1, 0, 2, 1);
        NDList top = x.topK(2, 1);
        assertNear(top.get(0), 3, 2, 9, 8);
        assertThat(top.get(1).toLongArray()).containsExactly(0, 2, 0, 2);
        NDArray ints = manager.create(new int[] {1, 2, 3, 4}, new Shape(2, 2));
        assertThat(ints.sum(new int[] {0}).toLongArray()).containsExactly(4, 6);
        assertThat(ints.sum(new int[] {0}).getDataType()).isEqualTo(DataType.INT64);
        assertThat(ints.gt(2).sum().toLongArray()).containsExactly(2);
        assertNear(x.softmax(1).sum(new int[] {1}), 1, 1);
    }

    @Test
    void comparisonsAndConditionsPick() {
        NDArray x = manager.create(new float[] {1, Float.NaN, Float.POSITIVE_INFINITY, -1});
        assertThat(x.isNaN().toBooleanArray()).containsExactly(false, true, false, false);
        assertThat(x.isInfinite().toBooleanArray()).containsExactly(false, false, true, false);
        NDArray y = manager.create(new float[] {1, 2, 3});
        NDArray z = manager.create(new float[] {3, 2, 1});
        assertThat(y.eq(z).toBooleanArray()).containsExactly(false, true, false);
        assertThat(y.neq(2).toBooleanArray()).containsExactly(true, false, true);
        assertThat(y.gte(z).toBooleanArray()).containsExactly(false, true, true);
        assertThat(y.lte(1).toBooleanArray()).containsExactly(true, false, false);
        assertThat(y.lt(z).logicalNot().toBooleanArray()).containsExactly(false, true, true);
        assertNear(NDArrays.where(y.gt(z), y, z), 3, 2, 3);
        assertNear(y.booleanMask(y.gt(1)), 2, 3);
        assertThat(y.contentEquals(manager.create(new float[] {1, 2, 3}))).isTrue();
        assertThat(y.contentEquals(z)).isFalse();
        assertThat(manager.ones(new Shape(3)).contentEquals(1)).isTrue();
        assertThat(y.contentEquals(1)).isFalse();
    }

    @Test
    void indicesSliceAndSet() {
        NDArray x = manager.arange(24f).reshape(2, 3, 4);
        assertNear(x.get(1, 2), 20, 21, 22, 23);
        assertNear(x.get("0, :, 1"), 1, 5, 9);
        assertNear(x.get("..., 1:4:2").get(0), 1, 3, 5, 7, 9, 11);
        assertNear(x.get(":, -1, 0"), 8, 20);
        assertNear(x.get(new NDIndex("{}", manager.create(new long[] {1}))).get(0, 0), 12, 13, 14, 15);
        x.set(new NDIndex("0, 0"), 7);
        assertNear(x.get(0, 0), 7, 7, 7, 7);
        x.set(new NDIndex("0, 1"), manager.create(new float[] {1, 2, 3, 4}));
        assertNear(x.get(0, 1), 1, 2, 3, 4);
        assertThat(x.getFloat(0, 1, 2)).isEqualTo(3);
        NDList parts = x.split(2, 2);
        assertThat(parts.get(1).getShape()).isEqualTo(new Shape(2, 3, 2));
        assertNear(NDArrays.concat(parts, 2), x.toDoubleArray());
    }

    @Test
    void arraysJoin() {
        NDArray a = manager.create(new float[] {1, 2});
        NDArray b = manager.create(new float[] {3, 4});
        assertNear(a.concat(b), 1, 2, 3, 4);
        assertThat(NDArrays.stack(new NDList(a, b), 1).toFloatArray()).containsExactly(1, 3, 2, 4);
        assertThat(a.stack(b).getShape()).isEqualTo(new Shape(2, 2));
        assertThat(a.take(manager.create(new long[] {1, 1, 0})).toFloatArray()).containsExactly(2, 2, 1);
        assertThat(a.squeeze().expandDims(0).broadcast(3, 2).flatten().toFloatArray())
                .containsExactly(1, 2, 1, 2, 1, 2);
    }

    @Test
    void buffersOfAnyOrderAndTypeFill() {
        FloatBuffer bigEndian = ByteBuffer.allocate(8)
                .order(ByteOrder.BIG_ENDIAN)
                .asFloatBuffer()
                .put(new float[] {1, 2})
                .flip();
        assertNear(manager.create(bigEndian, new Shape(2), DataType.FLOAT32), 1, 2);
        assertNear(manager.create(FloatBuffer.wrap(new float[] {1, 2}), new Shape(2), DataType.BFLOAT16), 1, 2);
        LtNDArray x = manager.zeros(new Shape(2, 2), DataType.INT64);
        x.set(new long[] {1, 2, 3, 4});
        assertThat(x.toLongArray()).containsExactly(1, 2, 3, 4);
        x.transpose().set(new long[] {1, 2, 3, 4});
        assertThat(x.toLongArray()).containsExactly(1, 3, 2, 4);
        LtNDArray bf16 = manager.zeros(new Shape(2), DataType.BFLOAT16);
        bf16.set(manager.create(new float[] {1, -2})
                .toType(DataType.BFLOAT16, false)
                .toByteBuffer());
        assertNear(bf16, 1, -2);
        assertThat(bf16.toByteArray()).containsExactly(0x80, 0x3f, 0, 0xc0);
    }

    @Test
    void aSeedRepeatsItsNumbers() {
        LtEngine.instance().setRandomSeed(5);
        NDArray first = manager.randomNormal(1, 2, new Shape(500), DataType.FLOAT32);
        NDArray uniform = manager.randomUniform(2, 4, new Shape(500));
        LtEngine.instance().setRandomSeed(5);
        assertThat(manager.randomNormal(1, 2, new Shape(500), DataType.FLOAT32)).isEqualTo(first);
        assertThat(first.mean().getFloat()).isBetween(0.7f, 1.3f);
        assertThat(uniform.min().getFloat()).isGreaterThanOrEqualTo(2);
        assertThat(uniform.max().getFloat()).isLessThan(4);
    }

    @Test
    void rangesAndDiagonalsAreMade() {
        assertThat(manager.arange(1, 8, 3).toIntArray()).containsExactly(1, 4, 7);
        assertThat(manager.arange(0f, 1f, 0.25f).toFloatArray()).containsExactly(0, 0.25f, 0.5f, 0.75f);
        assertThat(manager.eye(2, 3, 1).toFloatArray()).containsExactly(0, 1, 0, 0, 0, 1);
        assertThat(manager.eye(2).toFloatArray()).containsExactly(1, 0, 0, 1);
        assertThat(manager.full(new Shape(2), 3f).toFloatArray()).containsOnly(3);
        assertThat(manager.zeros(new Shape(0, 3)).sum(new int[] {0}).toFloatArray())
                .containsOnly(0);
    }
}
