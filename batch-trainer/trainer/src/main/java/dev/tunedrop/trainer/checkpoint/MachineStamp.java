package dev.tunedrop.trainer.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What floating-point sums may depend on besides their terms: the kind of device, the library and its threads.
/// A run that went on under another stamp is no longer promised bit by bit.
///
/// @param device `cpu` or `cuda`
/// @param model of the processor, as it names itself, and how wide the vectors of our own kernels are
public record MachineStamp(String device, String model, String libTorch, int threads) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /// Whether the same steps give the same bits again. On a GPU the backward of LibTorch's flash attention adds dq
    /// up in whatever order its blocks end.
    public boolean repeatsBits() {
        return !device.equals("cuda");
    }

    /// The processor's name; the architecture where the system does not tell.
    public static String processor() {
        if (!Files.isReadable(CPU_INFO)) return System.getProperty("os.arch");
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElseGet(() -> System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + CPU_INFO, e);
        }
    }
}
