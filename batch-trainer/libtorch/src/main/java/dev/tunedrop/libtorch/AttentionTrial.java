package dev.tunedrop.libtorch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.libtorch.abi.LibTorchException;

/// Whether cuDNN's attention takes the place of LibTorch's flash kernel on a GPU: both are tried once for each use, and
/// it must give the same and be faster. A GPU or a LibTorch that nobody has tried costs speed, never correctness.
public final class AttentionTrial {
    /// `flash` in the environment leaves cuDNN's out.
    public static final String VARIABLE = "TUNEDROP_ATTENTION";

    /// A plan is made for each new shape, which takes tenths of a second: only round lengths come again.
    private static final long STEP = 256;

    /// Below this attention is too small a share of a pass.
    private static final long SHORTEST = 512;

    /// The longest sequence of a trial, for its memory's sake.
    private static final long LONGEST = 4096;

    /// The largest difference, relative to the largest element: both round to 16 bits in other places.
    private static final double ALLOWED = 0x1p-6;

    /// Of the flash kernel's time.
    private static final double FASTER = 0.97;

    private static final Logger LOG = LoggerFactory.getLogger(AttentionTrial.class);
    private static final ConcurrentHashMap<Use, Boolean> VERDICTS = new ConcurrentHashMap<>();
    private static final List<Outcome> OUTCOMES = new CopyOnWriteArrayList<>();

    private AttentionTrial() {}

    private record Use(Device device, DataType type, long heads, long groups, long size, boolean causal) {}

    /// What became of a trial.
    ///
    /// @param what    for example `32 query and 8 key heads of 128`
    /// @param used    whether cuDNN's is used
    /// @param figures how far both are apart and what each takes, or why cuDNN's is left out
    public record Outcome(String what, boolean used, String figures) {}

    /// What was found out so far in this process.
    public static List<Outcome> outcomes() {
        return List.copyOf(OUTCOMES);
    }

    /// Runs work and answers how many seconds it took until it was done.
    @FunctionalInterface
    interface Stopwatch {
        double seconds(Runnable work);
    }

    /// Whether segments are of one length, and of one that is tried.
    static boolean suits(List<Long> lengths) {
        long first = lengths.getFirst();
        return first >= SHORTEST && first % STEP == 0 && lengths.stream().allMatch(length -> length == first);
    }

    /// @param q      (T, H, D) whose type, heads and device count
    /// @param k      (T, G, D)
    /// @param length of the segments
    static boolean cudnnWins(LtNDArray q, LtNDArray k, boolean causal, double scale, long length) {
        if ("flash".equals(System.getenv(VARIABLE))) {
            return false;
        }
        Use use = new Use(
                q.getDevice(),
                q.getDataType(),
                q.getShape().get(1),
                k.getShape().get(1),
                q.getShape().get(2),
                causal);
        return VERDICTS.computeIfAbsent(use, asked -> tried(asked, scale, Math.min(length, LONGEST)));
    }

    private static boolean tried(Use use, double scale, long length) {
        String what = "%d query and %d key heads of %d%s"
                .formatted(use.heads, use.groups, use.size, use.causal ? "" : ", both ways");
        try (LtNDManager manager = LtEngine.instance().newBaseManager(use.device)) {
            Operands operands = Operands.random(manager, use.type, length, use.heads, use.groups, use.size);
            LtNDArray starts = (LtNDArray) manager.create(new int[] {0, Math.toIntExact(length)});
            return found(judge(
                    what,
                    new CudaAttention(starts, starts, length, length, use.causal, scale, length),
                    new EqualSegments(new CudnnKernel(), length, use.causal, scale),
                    operands,
                    stopwatch(operands.q)));
        } catch (LibTorchException e) {
            return found(new Outcome(what, false, String.valueOf(e.getMessage())));
        }
    }

    private static boolean found(Outcome outcome) {
        OUTCOMES.add(outcome);
        LOG.info(
                "Attention with {} is computed by {}: {}.",
                outcome.what,
                outcome.used ? "cuDNN" : "LibTorch's flash kernel",
                outcome.figures);
        return outcome.used;
    }

    /// Both ways on the same operands; the challenger must agree and be faster.
    static Outcome judge(
            String what, SegmentAttention holder, SegmentAttention challenger, Operands operands, Stopwatch watch) {
        double apart = apart(operands.through(challenger), operands.through(holder));
        double before = median(operands, holder, watch);
        double now = median(operands, challenger, watch);
        boolean agrees = apart <= ALLOWED; // NaN does not
        boolean faster = now < FASTER * before;
        String figures = String.format(
                Locale.ROOT,
                "%.1e of the largest element apart, %.1e is allowed; forward and backward take %.3f ms, the flash kernel's"
                        + " %.3f",
                apart,
                ALLOWED,
                now * 1e3,
                before * 1e3);
        return new Outcome(what, agrees && faster, figures);
    }

    private static double apart(List<NDArray> a, List<NDArray> b) {
        double worst = 0;
        for (int i = 0; i < a.size(); i++) {
            worst = Math.max(worst, apart((LtNDArray) a.get(i), (LtNDArray) b.get(i))); // NaN stays
        }
        a.forEach(NDArray::close);
        b.forEach(NDArray::close);
        return worst;
    }

    /// max |a - b| / max |b|
    private static double apart(LtNDArray a, LtNDArray b) {
        try (LtNDManager scope = a.getManager().newSubManager()) {
            NDArray other = wide(b, scope);
            return largest(wide(a, scope).sub(other)) / (double) largest(other);
        }
    }

    private static LtNDArray wide(LtNDArray x, LtNDManager scope) {
        return Ops.cast(x, DataType.FLOAT32, scope);
    }

    private static float largest(NDArray x) {
        return x.abs().max().getFloat();
    }

    private static double median(Operands operands, SegmentAttention way, Stopwatch watch) {
        double[] times = new double[5];
        for (int i = -2; i < times.length; i++) {
            double seconds = watch.seconds(() -> operands.through(way).forEach(NDArray::close));
            if (i >= 0) {
                times[i] = seconds;
            }
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }

    /// Operators only queue work on a device; an element that is read here comes after all of it.
    private static Stopwatch stopwatch(LtNDArray any) {
        return work -> {
            waitFor(any);
            long start = System.nanoTime();
            work.run();
            waitFor(any);
            return (System.nanoTime() - start) / 1e9;
        };
    }

    private static void waitFor(LtNDArray any) {
        try (LtNDArray first = Ops.asStrided(any, new Shape(1), new long[] {1}, 0)) {
            first.toByteArray();
        }
    }

    /// One sequence of N(0, 1), and the gradient of its output.
    record Operands(LtNDArray q, LtNDArray k, LtNDArray v, LtNDArray dOut) {
        static Operands random(LtNDManager manager, DataType type, long tokens, long heads, long groups, long size) {
            return new Operands(
                    normal(manager, type, tokens, heads, size),
                    normal(manager, type, tokens, groups, size),
                    normal(manager, type, tokens, groups, size),
                    normal(manager, type, tokens, heads, size));
        }

        private static LtNDArray normal(LtNDManager manager, DataType type, long... sizes) {
            NDArray empty = manager.create(new Shape(sizes), type);
            return Aten.inPlace("aten::normal_", "", empty, 0.0, 1.0, null);
        }

        /// Output and gradients by one way.
        List<NDArray> through(SegmentAttention way) {
            Attention forward = way.forward(q, k, v);
            AttentionGrads grads =
                    way.backward(dOut, q, k, v, (LtNDArray) forward.out(), (LtNDArray) forward.logSumExp());
            forward.logSumExp().close();
            return List.of(forward.out(), grads.dq(), grads.dk(), grads.dv());
        }
    }
}
