package dev.tunedrop.trainer.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ai.djl.Device;

import dev.tunedrop.libtorch.LibTorch;

/// The most memory that was held since this was made: on a GPU what LibTorch's allocator took from the driver, which it
/// gives back to nobody; on the CPU the growth of the process's largest resident set.
///
/// @param before bytes that were taken at the start
record HeldMemory(Device device, long before) {

    private static final double GIB = 1L << 30;

    static HeldMemory since(Device device) {
        return new HeldMemory(device, taken(device));
    }

    double gib() {
        return (taken(device) - before) / GIB;
    }

    private static long taken(Device device) {
        if (!device.isGpu()) return largestResidentSet();
        var memory = LibTorch.gpuMemory(device.getDeviceId());
        return memory.totalBytes() - memory.freeBytes();
    }

    private static long largestResidentSet() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status")))
                if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            throw new IllegalStateException("/proc/self/status has no VmHWM");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
