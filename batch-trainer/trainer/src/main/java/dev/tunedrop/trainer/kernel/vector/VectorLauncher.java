package dev.tunedrop.trainer.kernel.vector;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import ai.djl.ndarray.types.DataType;

import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Launcher;

/// The kernels on the CPU. Small operands are left to the tensor operations: until the JVM has compiled a kernel it is
/// slow, and where there is little to compute nobody would notice that it is quick.
public final class VectorLauncher implements Launcher {

    /// Module of the Vector API, which a JVM has only if it was started with it.
    public static final String MODULE = "jdk.incubator.vector";

    /// Elements of the first operand from which a kernel is used.
    static final long WORTH_IT = 1 << 15;

    private static final int LEAST_BITS = 256; // of a vector: with less, LibTorch's own vectors are as wide
    private final Map<String, Routine> routines = new HashMap<>();
    private final long least;

    /// @param least elements of the first operand from which a kernel is used
    public VectorLauncher(long least) {
        this.least = least;
        for (DataType type : new DataType[] {DataType.FLOAT32, DataType.BFLOAT16}) {
            boolean bf16 = type == DataType.BFLOAT16;
            routines.put(Kernel.RMS_NORM.entry("forward", type), new RowNorms(bf16)::forward);
            routines.put(Kernel.RMS_NORM.entry("backward", type), new RowNorms(bf16)::backward);
            routines.put(Kernel.ROPE.entry(type), new Rotations(bf16)::run);
            routines.put(Kernel.SWIGLU.entry("forward", type), new SiluGates(bf16)::forward);
            routines.put(Kernel.SWIGLU.entry("backward", type), new SiluGates(bf16)::backward);
            routines.put(Kernel.CROSS_ENTROPY.entry(type), new RowLosses(bf16)::run);
            routines.put(Kernel.ATTENTION.entry("forward", type), new RowAttention(bf16)::forward);
            routines.put(Kernel.ATTENTION.entry("backward", type), new RowAttention(bf16)::backward);
        }
    }

    /// What a launch does.
    @FunctionalInterface
    interface Routine {
        void run(int blocks, Given given);
    }

    /// The kernels, where this JVM has the Vector API and the processor wide vectors.
    public static Optional<Launcher> here() {
        return isHere() ? Optional.of(new VectorLauncher(WORTH_IT)) : Optional.empty();
    }

    private static boolean isHere() {
        return ModuleLayer.boot().findModule(MODULE).isPresent() && Lanes.FLOATS.vectorBitSize() >= LEAST_BITS;
    }

    /// What sums depend on: the length of a vector, or nothing where there are no kernels.
    public static String describe() {
        return isHere() ? ", vectors of " + Lanes.FLOATS.vectorBitSize() + " bits" : "";
    }

    @Override
    public boolean runs(Kernel kernel, long elements) {
        return elements >= least
                && switch (kernel) {
                    case RMS_NORM, ROPE, SWIGLU, CROSS_ENTROPY, ATTENTION -> true;
                    case NF4_OPEN, GEGLU, DROPOUT, ADAM_W -> false;
                };
    }

    @Override
    public void launch(String entry, int blocks, int threads, Object... arguments) {
        Routine routine = routines.get(entry);
        if (routine == null) throw new IllegalStateException("no kernel is named " + entry);
        routine.run(blocks, new Given(arguments));
    }
}
