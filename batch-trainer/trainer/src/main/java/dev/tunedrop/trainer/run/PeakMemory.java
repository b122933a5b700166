package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most memory this process has held at once: the kernel's high-water mark where there is one (Linux), else what
/// the Java heap holds.
final class PeakMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String MARK = "VmHWM:";

    private PeakMemory() {}

    static long bytes() {
        if (!Files.isReadable(STATUS)) return Runtime.getRuntime().totalMemory();
        try {
            for (String line : Files.readAllLines(STATUS))
                if (line.startsWith(MARK))
                    return 1024
                            * Long.parseLong(line.substring(MARK.length())
                                    .replace("kB", "")
                                    .strip());
            return Runtime.getRuntime().totalMemory();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STATUS, e);
        }
    }
}
