package dev.tunedrop.trainer.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.libtorch.AttentionGrads;

/// Attention in every form on LibTorch against its reference in double.
class AttentionParityTest extends OpParity {

    /// Twelve heads: eight at powers of one half, four between them.
    @Test
    void theSlopesOfHeadsThatAreNoPowerOfTwo() {
        float[] slopes = new LinearBias(12).slopes();
        float root = (float) Math.sqrt(0.5);
        assertThat(slopes).startsWith(0.5f, 0.25f, 0.125f, 0.0625f).hasSize(12);
        assertThat(slopes).endsWith(root, root / 2, root / 4, root / 8);
    }

    @ParameterizedTest
    @EnumSource
    void attentionThatFallsWithDistance(Precision p) {
        int[] lengths = {5, 1, 270, 24}; // one row longer than a block of queries
        double[] slopes = new double[6];
        for (int h = 0; h < 6; h++) slopes[h] = new LinearBias(6).slopes()[h];
        attention(
                p,
                new ReferenceAttention.Form(Integer.MAX_VALUE, 0, slopes, true),
                new MaskedAttention(1 / Math.sqrt(8), Integer.MAX_VALUE, null, new LinearBias(6), true),
                lengths);
    }

    @ParameterizedTest
    @EnumSource
    void attentionBothWays(Precision p) {
        attention(
                p,
                new ReferenceAttention.Form(Integer.MAX_VALUE, 0, new double[0], false),
                new MaskedAttention(1 / Math.sqrt(8), Integer.MAX_VALUE, null, null, false),
                5,
                1,
                13);
    }

    private void attention(Precision p, ReferenceAttention.Form form, MaskedAttention masked, int... lengths) {
        int tokens = Arrays.stream(lengths).sum();
        Given q = given(p, 1, tokens, 6, 8);
        Given k = given(p, 1.1, tokens, 6, 8);
        Given v = given(p, 0.9, tokens, 6, 8);
        Given dout = given(p, 0.8, tokens, 6, 8);
        Attention op = new Attention(Rows.of(manager, lengths), masked);
        Attention.Kept kept = op.forward(q.array(), k.array(), v.array());
        same(p, kept.out(), ReferenceAttention.attention(form, q.values(), k.values(), v.values(), 6, 6, 8, lengths));
        AttentionGrads grads = op.backward(dout.array(), q.array(), k.array(), v.array(), kept);
        double[][] expected =
                ReferenceAttention.attentionBackward(form, q.values(), k.values(), v.values(), dout.values(), 6, 6, 8, lengths);
        same(p, grads.dq(), expected[0]);
        same(p, grads.dk(), expected[1]);
        same(p, grads.dv(), expected[2]);
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
        Attention.Kept kept = op.forward(q.array(), k.array(), v.array());
        same(p, kept.out(), ReferenceAttention.attention(ReferenceAttention.Form.PLAIN, q.values(), k.values(), v.values(), 4, 2, 8, lengths));
        AttentionGrads grads = op.backward(dout.array(), q.array(), k.array(), v.array(), kept);
        double[][] expected = ReferenceAttention.attentionBackward(
                ReferenceAttention.Form.PLAIN, q.values(), k.values(), v.values(), dout.values(), 4, 2, 8, lengths);
        same(p, grads.dq(), expected[0]);
        same(p, grads.dk(), expected[1]);
        same(p, grads.dv(), expected[2]);
    }

    /// Rows that are shorter than the window, longer, and longer than a block of queries.
    @ParameterizedTest
    @CsvSource({"FP32, 7, 0", "BF16, 7, 0", "FP32, 1000, 2", "BF16, 1000, 2", "FP32, 7, 2", "FP32, 300, 2"})
    void attentionInAWindowWithACap(Precision p, int window, double cap) {
        int[] lengths = {5, 1, 270, 24};
        Given q = given(p, 1, 300, 4, 8);
        Given k = given(p, 1, 300, 2, 8);
        Given v = given(p, 1, 300, 2, 8);
        Given dout = given(p, 1, 300, 4, 8);
        ReferenceAttention.Form form = new ReferenceAttention.Form(window, cap);
        Attention op = new Attention(
                Rows.of(manager, lengths), new MaskedAttention(1 / Math.sqrt(8), window, SoftCap.of(cap)));
        Attention.Kept kept = op.forward(q.array(), k.array(), v.array());
        assertThat(kept.logSumExp()).as("no fused kernel ran").isNull();
        same(p, kept.out(), ReferenceAttention.attention(form, q.values(), k.values(), v.values(), 4, 2, 8, lengths));
        AttentionGrads grads = op.backward(dout.array(), q.array(), k.array(), v.array(), kept);
        double[][] expected =
                ReferenceAttention.attentionBackward(form, q.values(), k.values(), v.values(), dout.values(), 4, 2, 8, lengths);
        same(p, grads.dq(), expected[0]);
        same(p, grads.dk(), expected[1]);
        same(p, grads.dv(), expected[2]);
    }

    /// The last of many keys' queries, as generation asks for them: part of the whole sequence's answer.
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 280})
    void theLastQueriesSeeWhatTheySeeInTheWholeSequence(int last) {
        MaskedAttention op = new MaskedAttention(0.3, 7, SoftCap.of(2));
        NDArray q = given(Precision.FP32, 1, 4, 300, 8).array();
        NDArray k = given(Precision.FP32, 1, 2, 300, 8).array();
        NDArray v = given(Precision.FP32, 1, 2, 300, 8).array();
        NDArray whole = op.forward(q, k, v).get(":, -" + last + ":");
        double[] expected = doubles(whole);
        same(Precision.FP32, op.forward(q.get(":, -" + last + ":"), k, v), expected);
    }
}
