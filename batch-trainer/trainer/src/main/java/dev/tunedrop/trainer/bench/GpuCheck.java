package dev.tunedrop.trainer.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import ai.djl.Device;

import dev.tunedrop.libtorch.AttentionTrial;
import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.libtorch.natives.CudaDriver;
import dev.tunedrop.libtorch.natives.LibTorchUnavailableException;
import dev.tunedrop.trainer.kernel.Kernels;
import dev.tunedrop.trainer.kernel.Outcome;

/// Checks and measures the trainer on a GPU: `[--cpu-rehearsal] [--seconds=N] [PART …]`.
///
/// Parts are `numerics`, `golden` (of the data that the environment's `TUNEDROP_SHARED_DATA` names), `kernels` and
/// one for each [Workload]; none means all. `--cpu-rehearsal` runs the same code on the CPU with tiny shapes.
///
/// Ends with 0 when every check held (a speed mark that is missed is a figure, not a fault), 1 when one did not, 2
/// for a command line that is not understood or a LibTorch that does not load, 3 when there is no GPU and no
/// rehearsal was asked for.
public final class GpuCheck {

    static final int FAILED = 1;
    static final int MISUSED = 2;
    static final int NOT_MEASURED = 3;

    private static final String NUMERICS = "numerics";
    private static final String GOLDEN = "golden";
    private static final String KERNELS = "kernels";
    private static final String SHARED_DATA = "TUNEDROP_SHARED_DATA";
    private static final double DEFAULT_SECONDS = 15;

    private GpuCheck() {}

    public static void main(String[] args) {
        PrintStream out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(run(List.of(args), System.getenv(), out));
    }

    /// The exit code.
    static int run(List<String> args, Map<String, String> environment, PrintStream out) {
        boolean rehearsal = args.contains("--cpu-rehearsal");
        double seconds = DEFAULT_SECONDS;
        List<String> parts = new ArrayList<>();
        for (String arg : args) {
            if (arg.startsWith("--seconds=")) seconds = Double.parseDouble(arg.substring("--seconds=".length()));
            else if (!arg.equals("--cpu-rehearsal")) parts.add(arg);
        }
        List<String> known = known(rehearsal);
        for (String part : parts) {
            if (!known.contains(part)) {
                out.println("gpu-check: no part is named " + part + "; name some of " + String.join(", ", known));
                return MISUSED;
            }
        }
        List<CudaDriver.Gpu> gpus = rehearsal ? List.of() : LibTorch.gpus();
        if (!rehearsal && gpus.isEmpty()) {
            out.println("not measured: no CUDA device");
            return NOT_MEASURED;
        }
        try {
            LibTorch.load();
        } catch (LibTorchUnavailableException e) {
            out.println("gpu-check: " + e.getMessage());
            return MISUSED;
        }
        if (!rehearsal && !LibTorch.cuda()) {
            out.println("not measured: LibTorch " + LibTorch.version() + " in " + LibTorch.directory()
                    + " has no CUDA; point TUNEDROP_LIBTORCH at one that has");
            return NOT_MEASURED;
        }
        Device device = rehearsal ? Device.cpu() : Device.gpu(0);
        out.println(
                "device " + (rehearsal ? "CPU, a rehearsal" : gpus.getFirst()) + "; LibTorch " + LibTorch.version());
        boolean good = true;
        for (String part : parts.isEmpty() ? known : parts)
            good &= part(part, device, rehearsal, seconds, environment, out);
        boolean used = !device.isGpu() || kernelsAreUsed(out);
        return good && used ? 0 : FAILED;
    }

    /// What the parts found out about the kernels that they used. Which attention is used is a figure, not a claim.
    private static boolean kernelsAreUsed(PrintStream out) {
        for (AttentionTrial.Outcome outcome : AttentionTrial.outcomes())
            out.printf(
                    "attention with %s is by %s: %s%n",
                    outcome.what(), outcome.used() ? "cuDNN" : "LibTorch's flash kernel", outcome.figures());
        Verdicts verdicts = new Verdicts(out);
        for (Outcome outcome : Kernels.outcomes())
            verdicts.check("kernel " + outcome.what(), outcome.used(), outcome.figures());
        return verdicts.allGood();
    }

    private static boolean part(
            String part,
            Device device,
            boolean rehearsal,
            double seconds,
            Map<String, String> environment,
            PrintStream out) {
        if (part.equals(NUMERICS)) return Numerics.run(device, out);
        if (part.equals(KERNELS)) {
            Verdicts verdicts = new Verdicts(out);
            verdicts.attempt("attention alone", () -> AttentionTimes.run(device, rehearsal, out));
            return KernelTimes.run(device, rehearsal, out) && verdicts.allGood();
        }
        if (part.equals(GOLDEN)) {
            String data = environment.get(SHARED_DATA);
            if (data != null) return GoldenModels.run(Path.of(data), device, out);
            out.println("golden models: not measured, " + SHARED_DATA + " names no data");
            return true;
        }
        Optional<Workload> workload = Workload.named(part, rehearsal);
        return new Speed(workload.orElseThrow(), device, seconds, out).run();
    }

    private static List<String> known(boolean rehearsal) {
        List<String> parts = new ArrayList<>(List.of(NUMERICS, GOLDEN, KERNELS));
        for (Workload workload : rehearsal ? Workload.REHEARSAL : Workload.ON_GPU) parts.add(workload.name());
        return parts;
    }
}
