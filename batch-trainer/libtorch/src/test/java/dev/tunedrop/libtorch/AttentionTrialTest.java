package dev.tunedrop.libtorch;

import static dev.tunedrop.libtorch.Plain.assertWithin;
import static dev.tunedrop.libtorch.Plain.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.List;
import java.util.stream.DoubleStream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.libtorch.abi.LibTorchException;

/// cuDNN runs on a GPU only. Here: the shapes it is given, on the CPU's kernel; the trial; and that LibTorch takes the
/// arguments apart, since it answers that no CPU kernel exists.
class AttentionTrialTest extends EngineTest {
    private static final long LENGTH = 6;

    @ParameterizedTest
    @CsvSource({"true, 1", "true, 3", "false, 2"})
    void segmentsOfOneLengthAreABatchToAKernel(boolean causal, int segments) {
        long tokens = segments * LENGTH;
        LtNDArray q = normal(manager, DataType.FLOAT32, 1, tokens, 2, 8);
        LtNDArray k = normal(manager, DataType.FLOAT32, 2, tokens, 2, 8);
        LtNDArray v = normal(manager, DataType.FLOAT32, 3, tokens, 2, 8);
        LtNDArray dOut = normal(manager, DataType.FLOAT32, 4, tokens, 2, 8);
        int[] starts = new int[segments + 1];
        long[] lengths = new long[segments];
        for (int i = 0; i < segments; i++) {
            lengths[i] = LENGTH;
            starts[i + 1] = (int) (starts[i] + LENGTH);
        }
        PackedAttention each = PackedAttention.of(manager.create(starts), lengths, LENGTH, causal, 0.3);
        Attention expected = each.forward(q, k, v);
        AttentionGrads grads = each.backward(dOut, q, k, v, expected);
        List<NDArray> actual = new AttentionTrial.Operands(q, k, v, dOut).through(cpu(causal, 0.3, new CpuAttention()));
        assertThat(actual.getFirst().getShape()).isEqualTo(new Shape(tokens, 2, 8));
        List<NDArray> all = List.of(expected.out(), grads.dq(), grads.dk(), grads.dv());
        for (int i = 0; i < all.size(); i++) {
            assertWithin(actual.get(i), 1e-5, all.get(i).toDoubleArray());
        }
    }

    @Test
    void anEqualAndFasterWayIsUsed() {
        assertThat(judged(cpu(true, 0.3, new ProductAttention()), 2, 1).used()).isTrue();
    }

    @Test
    void aSlowerWayIsNot() {
        assertThat(judged(cpu(true, 0.3, new ProductAttention()), 1, 1).used()).isFalse();
    }

    @Test
    void aWayThatGivesSomethingElseIsNotUsedHoweverFast() {
        assertThat(judged(cpu(false, 0.3, new CpuAttention()), 9, 1).used()).isFalse();
        AttentionTrial.Outcome bad = judged(cpu(true, Double.NaN, new CpuAttention()), 9, 1);
        assertThat(bad.used()).as(bad.figures()).isFalse();
    }

    /// @param before seconds of the way that is in use, and `now` of the other
    private AttentionTrial.Outcome judged(SegmentAttention challenger, double before, double now) {
        Iterator<Double> clock = DoubleStream.concat(
                        DoubleStream.generate(() -> before).limit(7),
                        DoubleStream.generate(() -> now).limit(7))
                .iterator();
        AttentionTrial.Stopwatch watch = work -> {
            work.run();
            return clock.next();
        };
        AttentionTrial.Operands operands =
                AttentionTrial.Operands.random(manager, DataType.FLOAT32, 2 * LENGTH, 2, 2, 8);
        return AttentionTrial.judge("a test", cpu(true, 0.3, new CpuAttention()), challenger, operands, watch);
    }

    private static SegmentAttention cpu(boolean causal, double scale, AttentionKernel kernel) {
        return new EqualSegments(kernel, LENGTH, causal, scale);
    }

    @Test
    void onlySegmentsOfOneRoundLengthSuitAPlanThatIsKept() {
        assertThat(AttentionTrial.suits(List.of(4096L, 4096L))).isTrue();
        assertThat(AttentionTrial.suits(List.of(2048L))).isTrue();
        assertThat(AttentionTrial.suits(List.of(4096L, 2048L))).isFalse();
        assertThat(AttentionTrial.suits(List.of(4000L))).isFalse();
        assertThat(AttentionTrial.suits(List.of(256L))).isFalse();
    }

    @Test
    void cudnnIsRefusedOnTheCpuAndLeavesNothingBehind() {
        LtNDArray x = normal(manager, DataType.BFLOAT16, 1, 1, 2, 8, 16);
        LtNDArray sums = normal(manager, DataType.FLOAT32, 2, 1, 2, 8);
        assertThatThrownBy(() -> new CudnnKernel().forward(x, x, x, true, 0.25))
                .isInstanceOf(LibTorchException.class)
                .hasMessageContaining("_scaled_dot_product_cudnn_attention");
        assertThatThrownBy(() -> new CudnnKernel().backward(x, x, x, x, x, sums, true, 0.25))
                .isInstanceOf(LibTorchException.class)
                .hasMessageContaining("attention_backward");
    }
}
