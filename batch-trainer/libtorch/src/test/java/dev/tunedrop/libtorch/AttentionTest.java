package dev.tunedrop.libtorch;

import static dev.tunedrop.libtorch.Plain.assertWithin;
import static dev.tunedrop.libtorch.Plain.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention against softmax written out in doubles; gradients by the chain rule written out.
class AttentionTest extends EngineTest {
    /// Dense or packed attention of one sequence in doubles: q (T, H, D), k and v (T, G, D), rows of the result as q.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Naive(double[] out, double[] dq, double[] dk, double[] dv, double[] logSums) {
        static Naive of(
                double[] q,
                double[] k,
                double[] v,
                double[] dO,
                int t,
                int h,
                int g,
                int d,
                boolean causal,
                double scale) {
            double[] out = new double[t * h * d];
            double[] dq = new double[t * h * d];
            double[] dk = new double[t * g * d];
            double[] dv = new double[t * g * d];
            double[] sums = new double[h * t];
            for (int head = 0; head < h; head++) {
                int shared = head / (h / g);
                for (int i = 0; i < t; i++) {
                    int last = causal ? i : t - 1;
                    int row = (i * h + head) * d;
                    double[] p = new double[last + 1];
                    double sum = 0;
                    for (int j = 0; j <= last; j++) {
                        p[j] = Math.exp(scale * dot(q, row, k, (j * g + shared) * d, d));
                        sum += p[j];
                    }
                    sums[head * t + i] = Math.log(sum);
                    double delta = 0;
                    for (int j = 0; j <= last; j++) {
                        int at = (j * g + shared) * d;
                        p[j] /= sum;
                        delta += p[j] * dot(dO, row, v, at, d);
                        for (int c = 0; c < d; c++) {
                            out[row + c] += p[j] * v[at + c];
                            dv[at + c] += p[j] * dO[row + c];
                        }
                    }
                    for (int j = 0; j <= last; j++) {
                        int at = (j * g + shared) * d;
                        double ds = scale * p[j] * (dot(dO, row, v, at, d) - delta);
                        for (int c = 0; c < d; c++) {
                            dq[row + c] += ds * k[at + c];
                            dk[at + c] += ds * q[row + c];
                        }
                    }
                }
            }
            return new Naive(out, dq, dk, dv, sums);
        }

        private static double dot(double[] a, int from, double[] b, int to, int d) {
            double sum = 0;
            for (int c = 0; c < d; c++) {
                sum += a[from + c] * b[to + c];
            }
            return sum;
        }
    }

    private static double tolerance(DataType type) {
        return type == DataType.BFLOAT16 ? 3e-2 : 2e-5; // bf16 rounds p and every gradient once more
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, 1, 7, 4, 4, 16, true", "FLOAT32, 2, 13, 6, 2, 32, true", "FLOAT32, 1, 37, 4, 1, 64, false",
        "FLOAT32, 3, 5, 4, 2, 8, true", "BFLOAT16, 1, 7, 4, 4, 16, true", "BFLOAT16, 2, 13, 6, 2, 32, true",
        "BFLOAT16, 1, 37, 4, 1, 64, false", "FLOAT64, 1, 11, 4, 2, 16, true", "FLOAT32, 1, 300, 2, 1, 16, true"
    })
    void denseAttentionIsSoftmaxOfScores(DataType type, int b, int t, int h, int g, int d, boolean causal) {
        LtNDArray q = heads(type, 1, b, t, h, d);
        LtNDArray k = heads(type, 2, b, t, g, d);
        LtNDArray v = heads(type, 3, b, t, g, d);
        LtNDArray dO = heads(type, 4, b, t, h, d);
        double scale = 1 / Math.sqrt(d);
        Attention attention = Ops.attention(q, k, v, causal, scale);
        AttentionGrads grads = Ops.attentionBackward(dO, q, k, v, attention, causal, scale);
        assertThat(attention.out().getShape()).isEqualTo(q.getShape());
        assertThat(attention.logSumExp().getShape()).isEqualTo(new Shape(b, h, t));
        assertThat(grads.dk().getShape()).isEqualTo(k.getShape());
        for (int i = 0; i < b; i++) {
            Naive naive = Naive.of(tokens(q, i), tokens(k, i), tokens(v, i), tokens(dO, i), t, h, g, d, causal, scale);
            assertWithin(row(attention.out(), i), tolerance(type), naive.out());
            assertWithin(Ops.narrow(attention.logSumExp(), 0, i, 1), tolerance(type), naive.logSums());
            assertWithin(row(grads.dq(), i), tolerance(type), naive.dq());
            assertWithin(row(grads.dk(), i), tolerance(type), naive.dk());
            assertWithin(row(grads.dv(), i), tolerance(type), naive.dv());
        }
    }

    /// (B, H, T, D) that lies as (B, T, H, D), as the projections of a model give it.
    private LtNDArray heads(DataType type, int seed, int b, int t, int h, int d) {
        return Ops.permute(normal(manager, type, seed, b, t, h, d), 0, 2, 1, 3);
    }

    private static LtNDArray row(NDArray x, int batch) {
        return Ops.permute(Ops.narrow(x, 0, batch, 1), 0, 2, 1, 3);
    }

    private static double[] tokens(NDArray x, int batch) {
        return row(x, batch).toDoubleArray();
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, 4, 2, 16",
        "FLOAT32, 3, 3, 32",
        "BFLOAT16, 4, 2, 16",
        "BFLOAT16, 8, 2, 64",
        "FLOAT32, 4, 1, 64"
    })
    void packedAttentionIsAttentionOfEachSegment(DataType type, int h, int g, int d) {
        long[] lengths = {5, 1, 13, 8};
        int t = 27;
        double scale = 1 / Math.sqrt(d);
        LtNDArray q = normal(manager, type, 1, t, h, d);
        LtNDArray k = normal(manager, type, 2, t, g, d);
        LtNDArray v = normal(manager, type, 3, t, g, d);
        LtNDArray dO = normal(manager, type, 4, t, h, d);
        NDArray starts = manager.create(new int[] {0, 5, 6, 19, 27});
        Attention attention = Ops.attentionVarlen(q, k, v, starts, lengths, 13, true, scale);
        AttentionGrads grads = Ops.attentionVarlenBackward(dO, q, k, v, attention, starts, lengths, 13, true, scale);
        assertThat(attention.logSumExp().getShape()).isEqualTo(new Shape(h, t));
        int start = 0;
        for (long length : lengths) {
            int n = (int) length;
            Naive naive = Naive.of(
                    part(q, start, n).toDoubleArray(),
                    part(k, start, n).toDoubleArray(),
                    part(v, start, n).toDoubleArray(),
                    part(dO, start, n).toDoubleArray(),
                    n,
                    h,
                    g,
                    d,
                    true,
                    scale);
            assertWithin(part(attention.out(), start, n), tolerance(type), naive.out());
            assertWithin(Ops.narrow(attention.logSumExp(), 1, start, n), tolerance(type), naive.logSums());
            assertWithin(part(grads.dq(), start, n), tolerance(type), naive.dq());
            assertWithin(part(grads.dk(), start, n), tolerance(type), naive.dk());
            assertWithin(part(grads.dv(), start, n), tolerance(type), naive.dv());
            start += n;
        }
    }

    private static LtNDArray part(NDArray x, int start, int length) {
        return Ops.narrow(x, 0, start, length);
    }

    /// The form a GPU takes for fp32; here on the CPU.
    @ParameterizedTest
    @CsvSource({"FLOAT32, true", "FLOAT32, false", "BFLOAT16, true"})
    void plainProductsAgreeWithTheFusedKernel(DataType type, boolean causal) {
        LtNDArray q = heads(type, 1, 2, 9, 3, 16);
        LtNDArray k = heads(type, 2, 2, 9, 3, 16);
        LtNDArray v = heads(type, 3, 2, 9, 3, 16);
        Attention fused = new CpuAttention().forward(q, k, v, causal, 0.25);
        Attention plain = new ProductAttention().forward(q, k, v, causal, 0.25);
        assertWithin(plain.out(), tolerance(type), fused.out().toDoubleArray());
        assertWithin(plain.logSumExp(), tolerance(type), fused.logSumExp().toDoubleArray());
        LtNDArray out = (LtNDArray) fused.out();
        LtNDArray sums = (LtNDArray) fused.logSumExp();
        AttentionGrads expected = new CpuAttention().backward(v, q, k, v, out, sums, causal, 0.25);
        AttentionGrads actual = new ProductAttention().backward(v, q, k, v, out, sums, causal, 0.25);
        assertWithin(actual.dq(), tolerance(type), expected.dq().toDoubleArray());
        assertWithin(actual.dk(), tolerance(type), expected.dk().toDoubleArray());
        assertWithin(actual.dv(), tolerance(type), expected.dv().toDoubleArray());
    }

    @Test
    void oneQueryReadsAWholeCacheOfKeys() {
        LtNDArray q = heads(DataType.FLOAT32, 1, 1, 1, 4, 16);
        LtNDArray k = heads(DataType.FLOAT32, 2, 1, 9, 2, 16);
        Attention attention = Ops.attention(q, k, k, false, 0.25);
        LtNDArray repeated = heads(DataType.FLOAT32, 1, 1, 9, 4, 16);
        Ops.copy_(repeated, Ops.expand(q, repeated.getShape()));
        Attention all = Ops.attention(repeated, k, k, false, 0.25);
        assertWithin(attention.out(), 1e-5, Ops.narrow(all.out(), 2, 3, 1).toDoubleArray());
    }

    @Test
    void operandsThatDoNotBelongTogetherAreRefusedByShape() {
        LtNDArray q = normal(manager, DataType.FLOAT32, 1, 1, 3, 5, 8);
        LtNDArray k = normal(manager, DataType.FLOAT32, 1, 1, 2, 5, 8);
        assertThatThrownBy(() -> Ops.attention(q, k, k, true, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(1, 3, 5, 8)")
                .hasMessageContaining("(1, 2, 5, 8)");
        LtNDArray packed = normal(manager, DataType.FLOAT32, 1, 5, 2, 8);
        NDArray starts = manager.create(new int[] {0, 4});
        assertThatThrownBy(() -> Ops.attentionVarlen(packed, packed, packed, starts, new long[] {4}, 4, true, 1))
                .hasMessageContaining("add up to 4");
    }
}
