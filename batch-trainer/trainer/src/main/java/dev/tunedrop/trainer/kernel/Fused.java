package dev.tunedrop.trainer.kernel;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.abi.LibTorchException;

/// A kernel in the place of several tensor operations, its twin. It is used where its operands suit it and after its
/// first use on a device has shown that both give the same.
public final class Fused {

    /// Threads of a block.
    public static final int THREADS = 256;

    private static final int ALIGNMENT = 16;

    private final Kernel kernel;
    private final double fp32;
    private final double bf16;
    private final Trial trial;
    private final ConcurrentHashMap<Use, Boolean> verdicts = new ConcurrentHashMap<>();

    private record Use(Launcher launcher, DataType type) {}

    /// @param fp32 the largest difference to the twin, relative to the largest result, in fp32
    /// @param bf16 likewise in bf16, where one unit in the last place of the largest result is 2⁻⁸ to 2⁻⁷
    public Fused(Kernel kernel, double fp32, double bf16, Trial trial) {
        this.kernel = kernel;
        this.fp32 = fp32;
        this.bf16 = bf16;
        this.trial = trial;
    }

    /// Where to launch, or null where the twin is to be used: operands that are not of one type, fp32 or bf16, or
    /// do not lie in order at a multiple of 16 bytes are the twin's.
    public @Nullable Bound on(NDArray first, NDArray... others) {
        Launcher launcher =
                Kernels.launcher(kernel, first.getDevice(), first.getShape().size());
        if (launcher == null) return null;
        DataType type = first.getDataType();
        if (!suits(type, first)) return null;
        for (NDArray other : others) if (!suits(type, other)) return null;
        return bound(launcher, type, first.getDevice());
    }

    /// The same where the operands that are at hand do not have the kernel's type.
    public @Nullable Bound on(Device device, DataType type) {
        Launcher launcher = Kernels.launcher(kernel, device, Long.MAX_VALUE);
        return launcher == null ? null : bound(launcher, type, device);
    }

    private static boolean suits(DataType type, NDArray x) {
        return (type == DataType.FLOAT32 || type == DataType.BFLOAT16)
                && x.getDataType() == type
                && ((LtNDArray) x).isContiguous()
                && ((LtNDArray) x).address() % ALIGNMENT == 0;
    }

    private @Nullable Bound bound(Launcher launcher, DataType type, Device device) {
        Use use = new Use(launcher, type);
        Boolean known = verdicts.get(use);
        boolean good = known == null ? verdicts.computeIfAbsent(use, asked -> holds(asked, device)) : known;
        return good ? new Bound(kernel, launcher, type) : null;
    }

    private boolean holds(Use use, Device device) {
        double allowed = use.type == DataType.BFLOAT16 ? bf16 : fp32;
        String what = kernel + " in " + use.type;
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(device)) {
            double worst = 0;
            List<Trial.Pair> pairs = trial.run(new Bound(kernel, use.launcher, use.type), manager, use.type);
            for (Trial.Pair pair : pairs) {
                double distance = pair.distance();
                if (!(distance <= worst)) worst = distance;
            }
            boolean used = worst <= allowed;
            Kernels.found(new Outcome(
                    what, used, "%.1e of the largest result from its twin, %.1e is allowed".formatted(worst, allowed)));
            return used;
        } catch (IllegalStateException | LibTorchException e) {
            Kernels.found(new Outcome(what, false, String.valueOf(e.getMessage())));
            return false;
        }
    }
}
