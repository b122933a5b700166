package dev.tunedrop.trainer.op;

/// Attention and its gradients written out in double: q (t, h, d), k and v (t, g, d), rows of the given lengths.
final class ReferenceAttention {

    private ReferenceAttention() {}

    /// @param cap 0: none
    /// @param slopes (H), what each head takes off a score for each key between; empty: nothing
    /// @param causal whether keys after the query are hidden
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Form(int window, double cap, double[] slopes, boolean causal) {
        static final Form PLAIN = new Form(Integer.MAX_VALUE, 0);

        Form(int window, double cap) {
            this(window, cap, new double[0], true);
        }

        double bias(int head, int distance) {
            return slopes.length == 0 ? 0 : -slopes[head] * distance;
        }

        double capped(double score) {
            return cap == 0 ? score : cap * Math.tanh(score / cap);
        }

        double slope(double score) {
            return cap == 0 ? 1 : 1 - Math.tanh(score / cap) * Math.tanh(score / cap);
        }
    }

    static double[] attention(Form form, double[] q, double[] k, double[] v, int h, int g, int d, int... lengths) {
        double[] out = new double[q.length];
        int start = 0;
        for (int length : lengths) {
            for (int t = start; t < start + length; t++) {
                int end = form.causal ? t + 1 : start + length;
                for (int head = 0; head < h; head++) {
                    double[] p = weights(form, scores(q, k, start, end, t, head, h, g, d), head, t - start);
                    for (int s = start; s < end; s++)
                        for (int j = 0; j < d; j++)
                            out[(t * h + head) * d + j] += p[s - start] * v[(s * g + head * g / h) * d + j];
                }
            }
            start += length;
        }
        return out;
    }

    private static double[] scores(double[] q, double[] k, int start, int end, int t, int head, int h, int g, int d) {
        double[] scores = new double[end - start];
        for (int s = start; s < end; s++)
            for (int j = 0; j < d; j++)
                scores[s - start] += q[(t * h + head) * d + j] * k[(s * g + head * g / h) * d + j] / Math.sqrt(d);
        return scores;
    }

    /// @param own place of the query's own key
    private static double[] weights(Form form, double[] scores, int head, int own) {
        double[] p = new double[scores.length];
        for (int s = 0; s < p.length; s++)
            p[s] = own - s >= form.window
                    ? Double.NEGATIVE_INFINITY
                    : form.capped(scores[s]) + form.bias(head, own - s);
        double normaliser = Reference.logSumExp(p);
        for (int s = 0; s < p.length; s++) p[s] = Math.exp(p[s] - normaliser);
        return p;
    }

    /// dq, dk, dv
    static double[][] attentionBackward(
            Form form, double[] q, double[] k, double[] v, double[] dout, int h, int g, int d, int... lengths) {
        double[] dq = new double[q.length];
        double[] dk = new double[k.length];
        double[] dv = new double[v.length];
        int start = 0;
        for (int length : lengths) {
            for (int t = start; t < start + length; t++) {
                int end = form.causal ? t + 1 : start + length;
                for (int head = 0; head < h; head++) {
                    double[] scores = scores(q, k, start, end, t, head, h, g, d);
                    double[] p = weights(form, scores, head, t - start);
                    double[] dp = new double[p.length];
                    double dot = 0;
                    int query = (t * h + head) * d;
                    for (int s = 0; s < p.length; s++) {
                        int key = ((start + s) * g + head * g / h) * d;
                        for (int j = 0; j < d; j++) {
                            dp[s] += dout[query + j] * v[key + j];
                            dv[key + j] += p[s] * dout[query + j];
                        }
                        dot += p[s] * dp[s];
                    }
                    for (int s = 0; s < p.length; s++) {
                        int key = ((start + s) * g + head * g / h) * d;
                        double ds = p[s] * (dp[s] - dot) * form.slope(scores[s]) / Math.sqrt(d);
                        for (int j = 0; j < d; j++) {
                            dq[query + j] += ds * k[key + j];
                            dk[key + j] += ds * q[query + j];
                        }
                    }
                }
            }
            start += length;
        }
        return new double[][] {dq, dk, dv};
    }
}
