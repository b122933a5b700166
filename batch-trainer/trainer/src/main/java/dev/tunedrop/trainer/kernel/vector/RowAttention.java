package dev.tunedrop.trainer.kernel.vector;

import java.util.function.IntConsumer;

/// Attention within each row of a micro-batch; see `Attention` for the formula. A task is a row and a key head with the
/// query heads that share it: it alone writes their part of every result. Scores of a block of queries against the keys
/// they may see are held at once, in fp32.
///
/// @param bf16 whether operands are bf16 rather than fp32
record RowAttention(boolean bf16) {

    /// What both directions are told.
    ///
    /// @param starts where the rows' starts lie, int32
    /// @param heads of queries, H
    /// @param keyHeads K
    /// @param size of a head, D
    /// @param tokens T
    record Form(boolean bf16, long starts, int heads, int keyHeads, int size, int tokens, boolean causal, float scale) {

        static Form of(boolean bf16, Given given, int first) {
            return new Form(
                    bf16,
                    given.address(first),
                    given.whole(first + 1),
                    given.whole(first + 2),
                    given.whole(first + 3),
                    given.whole(first + 4),
                    given.whole(first + 5) == 1,
                    given.real(first + 6));
        }

        int start(int row) {
            return Lanes.intAt(starts, row);
        }

        int longest(int rows) {
            int longest = 0;
            for (int row = 0; row < rows; row++) longest = Math.max(longest, start(row + 1) - start(row));
            return longest;
        }

        int share() {
            return heads / keyHeads;
        }

        /// Distance of a head of a token from the first number, in an array with `of` heads.
        long place(int token, int head, int of) {
            return ((long) token * of + head) * size * (bf16 ? Short.BYTES : Float.BYTES);
        }

        /// Distance of a number of (H, T) in fp32.
        long sumPlace(int token, int head) {
            return ((long) head * tokens + token) * Float.BYTES;
        }
    }

    /// q, k, v, out, lse; starts, H, K, D, T, causal, scale
    void forward(int rows, Given given) {
        Form form = Form.of(bf16, given, 5);
        Workers.run(rows * form.keyHeads, () -> {
            AttentionForward one = new AttentionForward(form, given, form.longest(rows));
            return byHead(form, one::run);
        });
    }

    /// dout, q, k, v, out, lse, dq, dk, dv; starts, H, K, D, T, causal, scale
    void backward(int rows, Given given) {
        Form form = Form.of(bf16, given, 9);
        Workers.run(rows * form.keyHeads, () -> {
            AttentionBackward one = new AttentionBackward(form, given, form.longest(rows));
            return byHead(form, one::run);
        });
    }

    @FunctionalInterface
    private interface OneKeyHead {
        void run(int start, int length, int keyHead);
    }

    private static IntConsumer byHead(Form form, OneKeyHead one) {
        return task -> {
            int row = task / form.keyHeads;
            int start = form.start(row);
            one.run(start, form.start(row + 1) - start, task % form.keyHeads);
        };
    }
}
