package dev.tunedrop.trainer.op;

/// Every op again, slowly and obviously, in double. Matrices are row-major.
final class Reference {

    private Reference() {}

    /// a (n, k) b (k, m)
    static double[] product(double[] a, double[] b, int n, int k, int m) {
        double[] c = new double[n * m];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < m; j++) for (int l = 0; l < k; l++) c[i * m + j] += a[i * k + l] * b[l * m + j];
        return c;
    }

    static double[] transposed(double[] a, int n, int m) {
        double[] t = new double[n * m];
        for (int i = 0; i < n; i++) for (int j = 0; j < m; j++) t[j * n + i] = a[i * m + j];
        return t;
    }

    static double[] plus(double[] a, double[] b, double scale) {
        double[] c = a.clone();
        for (int i = 0; i < c.length; i++) c[i] += scale * b[i];
        return c;
    }

    static double[] scaled(double[] a, double scale) {
        return plus(new double[a.length], a, scale);
    }

    // ---- x (t, i), w (o, i), a (r, i), b (o, r)

    static double[] lora(double[] x, double[] w, double[] a, double[] b, double s, int t, int i, int o, int r) {
        double[] h = product(x, transposed(a, r, i), t, i, r);
        return plus(product(x, transposed(w, o, i), t, i, o), product(h, transposed(b, o, r), t, r, o), s);
    }

    /// dx, da, db
    static double[][] loraBackward(
            double[] x, double[] w, double[] a, double[] b, double[] dy, double s, int t, int i, int o, int r) {
        double[] h = product(x, transposed(a, r, i), t, i, r);
        double[] db = scaled(product(transposed(dy, t, o), h, o, t, r), s);
        double[] dh = scaled(product(dy, b, t, o, r), s);
        double[] da = product(transposed(dh, t, r), x, r, t, i);
        return new double[][] {plus(product(dy, w, t, o, i), product(dh, a, t, r, i), 1), da, db};
    }

    // ---- x, m (t, i), w (o, i), a (r, i), b (o, r), magnitude and norm (o)

    /// ‖w + s b a‖ by row
    static double[] doraNorm(double[] w, double[] a, double[] b, double s, int i, int o, int r) {
        double[] whole = plus(w, product(b, a, o, r, i), s);
        double[] norm = new double[o];
        for (int row = 0; row < o; row++) {
            for (int j = 0; j < i; j++) norm[row] += whole[row * i + j] * whole[row * i + j];
            norm[row] = Math.sqrt(norm[row]);
        }
        return norm;
    }

    /// @param gain magnitude over norm, which is a constant
    static double[] dora(
            double[] x, double[] m, double[] w, double[] a, double[] b, double[] gain, double s, int i, int o, int r) {
        int t = x.length / i;
        double[] k = times(x, m);
        double[] y = product(plus(x, k, -1), transposed(w, o, i), t, i, o);
        double[] v = lora(k, w, a, b, s, t, i, o, r);
        for (int n = 0; n < y.length; n++) y[n] += gain[n % o] * v[n];
        return y;
    }

    /// dx, da, db, dgain
    static double[][] doraBackward(
            double[] x,
            double[] m,
            double[] w,
            double[] a,
            double[] b,
            double[] gain,
            double[] dy,
            double s,
            int i,
            int o,
            int r) {
        int t = x.length / i;
        double[] k = times(x, m);
        double[] v = lora(k, w, a, b, s, t, i, o, r);
        double[] dgain = new double[o];
        double[] dv = new double[v.length];
        for (int n = 0; n < v.length; n++) {
            dgain[n % o] += dy[n] * v[n];
            dv[n] = dy[n] * gain[n % o];
        }
        double[][] through = loraBackward(k, w, a, b, dv, s, t, i, o, r);
        double[] plain = product(dy, w, t, o, i);
        double[] dx = plus(plain, times(plus(through[0], plain, -1), m), 1);
        return new double[][] {dx, through[1], through[2], dgain};
    }

    private static double[] times(double[] a, double[] b) {
        double[] c = a.clone();
        for (int i = 0; i < c.length; i++) c[i] *= b[i];
        return c;
    }

    // ---- x (t, c), w (c)

    static double[] norm(double[] x, double[] w, double epsilon) {
        int c = w.length;
        double[] y = new double[x.length];
        for (int row = 0; row < x.length; row += c) {
            double r = inverseRms(x, row, c, epsilon);
            for (int j = 0; j < c; j++) y[row + j] = w[j] * x[row + j] * r;
        }
        return y;
    }

    private static double inverseRms(double[] x, int row, int c, double epsilon) {
        double squares = 0;
        for (int j = 0; j < c; j++) squares += x[row + j] * x[row + j];
        return 1 / Math.sqrt(squares / c + epsilon);
    }

    /// dx, dw
    static double[][] normBackward(double[] x, double[] w, double[] dy, double epsilon) {
        int c = w.length;
        double[] dx = new double[x.length];
        double[] dw = new double[c];
        for (int row = 0; row < x.length; row += c) {
            double r = inverseRms(x, row, c, epsilon);
            double mean = 0;
            for (int j = 0; j < c; j++) mean += dy[row + j] * w[j] * x[row + j] * r / c;
            for (int j = 0; j < c; j++) {
                dw[j] += dy[row + j] * x[row + j] * r;
                dx[row + j] = r * (dy[row + j] * w[j] - x[row + j] * r * mean);
            }
        }
        return new double[][] {dx, dw};
    }

    static double[] layerNorm(double[] x, double[] w, double[] b, double epsilon) {
        int c = w.length;
        double[] y = new double[x.length];
        for (int row = 0; row < x.length; row += c) {
            double[] n = standardised(x, row, c, epsilon);
            for (int j = 0; j < c; j++) y[row + j] = w[j] * n[j] + b[j];
        }
        return y;
    }

    private static double[] standardised(double[] x, int row, int c, double epsilon) {
        double mean = 0;
        for (int j = 0; j < c; j++) mean += x[row + j] / c;
        double[] n = new double[c];
        for (int j = 0; j < c; j++) n[j] = x[row + j] - mean;
        double r = inverseRms(n, 0, c, epsilon);
        for (int j = 0; j < c; j++) n[j] *= r;
        return n;
    }

    /// dx, dw, db
    static double[][] layerNormBackward(double[] x, double[] w, double[] dy, double epsilon) {
        int c = w.length;
        double[] dx = new double[x.length];
        double[] dw = new double[c];
        double[] db = new double[c];
        for (int row = 0; row < x.length; row += c) {
            double[] n = standardised(x, row, c, epsilon);
            double variance = 0;
            double centre = 0;
            for (int j = 0; j < c; j++) centre += x[row + j] / c;
            for (int j = 0; j < c; j++) variance += (x[row + j] - centre) * (x[row + j] - centre) / c;
            double mean = 0;
            double along = 0;
            for (int j = 0; j < c; j++) {
                mean += dy[row + j] * w[j] / c;
                along += dy[row + j] * w[j] * n[j] / c;
            }
            for (int j = 0; j < c; j++) {
                db[j] += dy[row + j];
                dw[j] += dy[row + j] * n[j];
                dx[row + j] = (dy[row + j] * w[j] - mean - n[j] * along) / Math.sqrt(variance + epsilon);
            }
        }
        return new double[][] {dx, dw, db};
    }

    // ---- elementwise

    static double[] unit(Act act, double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) y[i] = act.value(x[i]);
        return y;
    }

    static double[] unitBackward(Act act, double[] x, double[] dy) {
        double[] dx = new double[x.length];
        for (int i = 0; i < dx.length; i++) dx[i] = dy[i] * act.slope(x[i]);
        return dx;
    }

    private static double sigmoid(double g) {
        return 1 / (1 + Math.exp(-g));
    }

    enum Act {
        SILU,
        GELU_TANH,
        GELU,
        TANH;

        double value(double g) {
            return switch (this) {
                case SILU -> g * sigmoid(g);
                case GELU_TANH -> g / 2 * (1 + tau(g));
                case GELU -> g * normal(g);
                case TANH -> Math.tanh(g);
            };
        }

        double slope(double g) {
            return switch (this) {
                case SILU -> sigmoid(g) * (1 + g * (1 - sigmoid(g)));
                case GELU_TANH ->
                    (1 + tau(g)) / 2
                            + g / 2 * (1 - tau(g) * tau(g)) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * g * g);
                case GELU -> normal(g) + g * Math.exp(-g * g / 2) / Math.sqrt(2 * Math.PI);
                case TANH -> 1 - Math.tanh(g) * Math.tanh(g);
            };
        }

        /// Φ(g), its series around 0: Σ φ(g) g^(2n+1) / (1 · 3 ⋯ (2n+1)), which loses nothing to cancellation.
        private static double normal(double g) {
            if (Math.abs(g) > 9) return g > 0 ? 1 : 0;
            double term = g;
            double sum = g;
            for (int n = 1; n < 400; n++) {
                term *= g * g / (2 * n + 1);
                sum += term;
            }
            return 0.5 + sum * Math.exp(-g * g / 2) / Math.sqrt(2 * Math.PI);
        }

        private static double tau(double g) {
            return Math.tanh(Math.sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g));
        }
    }

    static double[] gated(Act act, double[] g, double[] u) {
        double[] h = new double[g.length];
        for (int i = 0; i < h.length; i++) h[i] = act.value(g[i]) * u[i];
        return h;
    }

    /// dg, du
    static double[][] gatedBackward(Act act, double[] g, double[] u, double[] dh) {
        double[] dg = new double[g.length];
        double[] du = new double[g.length];
        for (int i = 0; i < g.length; i++) {
            dg[i] = dh[i] * u[i] * act.slope(g[i]);
            du[i] = dh[i] * act.value(g[i]);
        }
        return new double[][] {dg, du};
    }

    /// x (t, heads, d); angles (t, d/2); sign -1 rotates back.
    static double[] rotated(double[] x, double[] angles, int heads, int d, int sign) {
        double[] y = new double[x.length];
        for (int at = 0; at < x.length; at += d) {
            int token = at / (heads * d);
            for (int i = 0; i < d / 2; i++) {
                double cos = Math.cos(angles[token * d / 2 + i]);
                double sin = sign * Math.sin(angles[token * d / 2 + i]);
                y[at + i] = x[at + i] * cos - x[at + d / 2 + i] * sin;
                y[at + d / 2 + i] = x[at + d / 2 + i] * cos + x[at + i] * sin;
            }
        }
        return y;
    }

    // ---- x (n, c), w (v, c), b (v)

    static double crossEntropy(double[] x, double[] w, double[] b, int[] targets, int c, double cap) {
        double loss = 0;
        for (int n = 0; n < targets.length; n++) {
            double[] z = capped(logits(x, w, b, n, c), cap);
            loss += logSumExp(z) - z[targets[n]];
        }
        return loss;
    }

    /// dx, dw, db
    static double[][] crossEntropyBackward(double[] x, double[] w, double[] b, int[] targets, int c, double cap) {
        double[] dx = new double[x.length];
        double[] dw = new double[w.length];
        double[] db = new double[b.length];
        for (int n = 0; n < targets.length; n++) {
            double[] z = capped(logits(x, w, b, n, c), cap);
            double normaliser = logSumExp(z);
            for (int v = 0; v < z.length; v++) {
                double slope = cap == 0 ? 1 : 1 - z[v] * z[v] / (cap * cap);
                double dz = (Math.exp(z[v] - normaliser) - (v == targets[n] ? 1 : 0)) * slope;
                db[v] += dz;
                for (int j = 0; j < c; j++) {
                    dx[n * c + j] += dz * w[v * c + j];
                    dw[v * c + j] += dz * x[n * c + j];
                }
            }
        }
        return new double[][] {dx, dw, db};
    }

    // ---- pairs: tokens 0 … split[0] are of the first preferred answer, … split[1] of the other, and so on

    /// @param expected log-probabilities of the answers by the reference
    static double preference(
            double[] x, double[] w, int[] targets, int c, int[] split, double[] expected, double beta, double epsilon) {
        double[] logs = answers(x, w, targets, c, split);
        double loss = 0;
        for (int p = 0; p < split.length; p += 2) {
            double delta = logs[p] - logs[p + 1] - expected[p] + expected[p + 1];
            loss -= (1 - epsilon) * Math.log(sigmoid(beta * delta)) + epsilon * Math.log(sigmoid(-beta * delta));
        }
        return loss;
    }

    /// dx
    static double[] preferenceBackward(
            double[] x, double[] w, int[] targets, int c, int[] split, double[] expected, double beta, double epsilon) {
        double[] logs = answers(x, w, targets, c, split);
        double[] dx = new double[x.length];
        int from = 0;
        for (int p = 0; p < split.length; p++) {
            int chosen = p - p % 2;
            double delta = logs[chosen] - logs[chosen + 1] - expected[chosen] + expected[chosen + 1];
            double slope = beta * (sigmoid(beta * delta) - 1 + epsilon) * (p == chosen ? 1 : -1);
            for (; from < split[p]; from++) {
                double[] row = java.util.Arrays.copyOfRange(x, from * c, from * c + c);
                double[] d = crossEntropyBackward(row, w, new double[w.length / c], new int[] {targets[from]}, c, 0)[0];
                for (int j = 0; j < c; j++) dx[from * c + j] = -slope * d[j];
            }
        }
        return dx;
    }

    private static double[] answers(double[] x, double[] w, int[] targets, int c, int[] split) {
        double[] logs = new double[split.length];
        int from = 0;
        for (int p = 0; p < split.length; p++) {
            for (; from < split[p]; from++) {
                double[] z = logits(x, w, new double[w.length / c], from, c);
                logs[p] += z[targets[from]] - logSumExp(z);
            }
        }
        return logs;
    }

    private static double[] logits(double[] x, double[] w, double[] b, int n, int c) {
        double[] z = b.clone();
        for (int v = 0; v < z.length; v++) for (int j = 0; j < c; j++) z[v] += x[n * c + j] * w[v * c + j];
        return z;
    }

    private static double[] capped(double[] z, double cap) {
        double[] y = z.clone();
        for (int v = 0; cap != 0 && v < y.length; v++) y[v] = cap * Math.tanh(y[v] / cap);
        return y;
    }

    static double logSumExp(double[] z) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : z) largest = Math.max(largest, value);
        double sum = 0;
        for (double value : z) sum += Math.exp(value - largest);
        return largest + Math.log(sum);
    }
}
