package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ai.djl.Device;

import dev.tunedrop.libtorch.LibTorch;

/// Memory that a run can still take where it computes.
///
/// On a GPU what the driver calls free. On a CPU the least of what the kernel calls available (`MemAvailable` of
/// `/proc/meminfo`) and what the control group leaves: its limit less what it holds beyond file pages, which the kernel
/// gives back. Both versions of control groups are read.
final class MachineMemory {

    private static final long NONE = Long.MAX_VALUE;

    private final Path root;

    /// @param root `/`, or a copy of its files
    MachineMemory(Path root) {
        this.root = root;
    }

    static long availableBytes(Device device) {
        return device.isGpu()
                ? LibTorch.gpuMemory(device.getDeviceId()).freeBytes()
                : new MachineMemory(Path.of("/")).hostBytes();
    }

    /// Bytes, or `Long.MAX_VALUE` where the system does not tell.
    long hostBytes() {
        long available = field("proc/meminfo", "MemAvailable:");
        return Math.min(
                available == NONE ? NONE : available * 1024,
                Math.min(
                        group("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
                        group(
                                "sys/fs/cgroup/memory",
                                "memory.limit_in_bytes",
                                "memory.usage_in_bytes",
                                "total_inactive_file")));
    }

    private long group(String folder, String limit, String usage, String filePages) {
        long most = number(folder + "/" + limit);
        long held = number(folder + "/" + usage);
        if (most == NONE || held == NONE) return NONE;
        long given = field(folder + "/memory.stat", filePages);
        return Math.max(0, most - held + (given == NONE ? 0 : given));
    }

    private long number(String file) {
        String text = text(file).strip();
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : NONE; // "max", or nothing
    }

    private long field(String file, String name) {
        return text(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("\\D+", ""))
                .filter(digits -> !digits.isEmpty())
                .findFirst()
                .map(Long::valueOf)
                .orElse(NONE);
    }

    private String text(String file) {
        Path path = root.resolve(file);
        try {
            return Files.isReadable(path) ? Files.readString(path) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }
}
