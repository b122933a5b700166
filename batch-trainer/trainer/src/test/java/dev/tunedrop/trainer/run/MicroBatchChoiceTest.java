package dev.tunedrop.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MicroBatchChoiceTest {

    @TempDir
    Path root;

    @Test
    void whatFitsIsNotCut() {
        assertThat(MicroBatchChoice.tokens(4096, 256, 1 << 20, tokens -> 200 * tokens))
                .isNull();
        assertThat(MicroBatchChoice.tokens(4096, 256, 0, tokens -> 0)).isNull();
    }

    @Test
    void whatDoesNotFitIsHalvedUntilItDoes() {
        assertThat(MicroBatchChoice.tokens(4096, 256, 1 << 20, tokens -> 205 * tokens))
                .isEqualTo(2048);
        assertThat(MicroBatchChoice.tokens(6000, 256, 1 << 20, tokens -> 1000 * tokens))
                .isEqualTo(750);
    }

    @Test
    void belowTheLeastNothingIsGained() {
        assertThat(MicroBatchChoice.tokens(4096, 256, 1, tokens -> tokens)).isEqualTo(256);
        assertThat(MicroBatchChoice.tokens(3000, 256, 1, tokens -> tokens)).isEqualTo(256);
    }

    @Test
    void theControlGroupsLimitCountsWhereItIsLower() throws IOException {
        write("proc/meminfo", "MemTotal:       16000000 kB\nMemAvailable:    8000000 kB\n");
        assertThat(new MachineMemory(root).hostBytes()).isEqualTo(8_000_000L * 1024);
        write("sys/fs/cgroup/memory.max", "max\n");
        write("sys/fs/cgroup/memory.current", "900000000\n");
        assertThat(new MachineMemory(root).hostBytes()).isEqualTo(8_000_000L * 1024);
        write("sys/fs/cgroup/memory.max", "1000000000\n");
        write("sys/fs/cgroup/memory.stat", "anon 300000000\ninactive_file 250000000\n");
        assertThat(new MachineMemory(root).hostBytes()).isEqualTo(350_000_000L);
    }

    @Test
    void theOlderControlGroupsAreReadToo() throws IOException {
        write("proc/meminfo", "MemAvailable:    8000000 kB\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000000\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "400000000\n");
        write("sys/fs/cgroup/memory/memory.stat", "cache 1\ntotal_inactive_file 100000000\n");
        assertThat(new MachineMemory(root).hostBytes()).isEqualTo(700_000_000L);
    }

    @Test
    void aSystemThatTellsNothingSetsNoLimit() {
        assertThat(new MachineMemory(root).hostBytes()).isEqualTo(Long.MAX_VALUE);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
