package dev.tunedrop.libtorch.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.libtorch.LtEngine;

class HeapPolicyTest {

    private static final int MIB = 1 << 20;
    private static final int PAGE = 4096;

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLaterPassFindsTheMemoryOfThePassBefore() throws IOException {
        LibTorch.setThreads(1);
        for (int i = 0; i < 8; i++) pass(); // what fits where settles
        long before = faults();
        pass();
        long pages = 5L * 24 * MIB / PAGE;
        assertThat(faults() - before).as("of %d pages", pages).isLessThan(pages / 10);
    }

    private static void pass() {
        try (NDManager manager = LtEngine.instance().newBaseManager()) {
            for (int i = 0; i < 5; i++) manager.zeros(new Shape(24 * MIB), DataType.UINT8);
        }
    }

    /// Pages that the system had to find for this thread.
    private static long faults() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[7]);
    }
}
