package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ai.djl.Device;

import dev.tunedrop.libtorch.LibTorch;

/// The most memory that was held at once where a run computes. On a GPU: what is taken of the device's, which
/// LibTorch's allocator never gives back. On a CPU: the process's high-water mark by the kernel (Linux), else what the
/// Java heap holds.
record PeakMemory(Device device) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String MARK = "VmHWM:";

    static PeakMemory of(Device device) {
        return new PeakMemory(device);
    }

    long peakBytes() {
        if (!device.isGpu()) return residentBytes();
        var memory = LibTorch.gpuMemory(device.getDeviceId());
        return memory.totalBytes() - memory.freeBytes();
    }

    private static long residentBytes() {
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
