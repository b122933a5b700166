package dev.tunedrop.trainer.kernel;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.djl.Device;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.trainer.kernel.vector.VectorLauncher;

/// Which device has a launcher, and which kernels are switched off. On a GPU it is the driver's, loaded when the first
/// op asks; on the CPU it is [VectorLauncher], where the JVM was started with the Vector API.
public final class Kernels {

    /// `off` in the environment leaves every kernel out.
    public static final String VARIABLE = "TUNEDROP_KERNELS";

    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
    private static final ConcurrentHashMap<Device, Optional<Launcher>> BY_DEVICE = new ConcurrentHashMap<>();
    private static final List<Outcome> OUTCOMES = new CopyOnWriteArrayList<>();
    private static volatile Set<Kernel> off =
            "off".equals(System.getenv(VARIABLE)) ? EnumSet.allOf(Kernel.class) : EnumSet.noneOf(Kernel.class);

    private Kernels() {}

    /// Undoes what it was answered for.
    @FunctionalInterface
    public interface Undo extends AutoCloseable {
        @Override
        void close();
    }

    /// What was found out so far in this process, in the order in which it was.
    public static List<Outcome> outcomes() {
        return List.copyOf(OUTCOMES);
    }

    static void found(Outcome outcome) {
        OUTCOMES.add(outcome);
        if (!outcome.used())
            LOG.warn(
                    "The fused kernel {} is left out, {}; training goes on with LibTorch's operators and is slower.",
                    outcome.what(),
                    outcome.figures());
    }

    /// What sums on the processor depend on besides LibTorch: for example `, vectors of 512 bits`; nothing where tensor
    /// operations do all.
    public static String onProcessor() {
        return off.contains(Kernel.ATTENTION) ? "" : VectorLauncher.describe();
    }

    /// Until it is undone, these kernels' twins are used everywhere: what a comparison needs.
    public static Undo without(Collection<Kernel> kernels) {
        Set<Kernel> before = off;
        Set<Kernel> now = EnumSet.copyOf(before);
        now.addAll(kernels);
        off = now;
        return () -> off = before;
    }

    /// Until it is undone, a device's kernels are run by this launcher.
    public static Undo on(Device device, Launcher launcher) {
        BY_DEVICE.put(device, Optional.of(launcher));
        return () -> BY_DEVICE.remove(device);
    }

    /// @param elements of the kernel's first operand
    static @Nullable Launcher launcher(Kernel kernel, Device device, long elements) {
        if (off.contains(kernel)) return null;
        Launcher launcher = BY_DEVICE.computeIfAbsent(device, Kernels::load).orElse(null);
        return launcher != null && launcher.runs(kernel, elements) ? launcher : null;
    }

    private static Optional<Launcher> load(Device device) {
        if (!device.isGpu()) return VectorLauncher.here();
        try {
            return Optional.of(CudaLauncher.load(device.getDeviceId()));
        } catch (IllegalStateException e) {
            found(new Outcome(
                    "PTX",
                    false,
                    e.getMessage() + " (an NVIDIA driver of R450 or newer and a GPU of compute capability 8.0 or higher"
                            + " take it)"));
            return Optional.empty();
        }
    }
}
