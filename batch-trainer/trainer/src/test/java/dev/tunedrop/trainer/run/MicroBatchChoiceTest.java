package dev.tunedrop.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.model.PassForecast;

class MicroBatchChoiceTest {

    @TempDir
    Path root;

    @Test
    void whatFitsIsNotCut() {
        assertThat(chosen(4096, 256, 1 << 20, tokens -> 200 * tokens)).isNull();
        assertThat(chosen(4096, 256, 0, tokens -> 0)).isNull();
    }

    @Test
    void whatDoesNotFitIsHalvedUntilItDoes() {
        assertThat(chosen(4096, 256, 1 << 20, tokens -> 205 * tokens)).isEqualTo(2048);
        assertThat(chosen(6000, 256, 1 << 20, tokens -> 1000 * tokens)).isEqualTo(750);
    }

    @Test
    void belowTheLeastNothingIsGained() {
        assertThat(chosen(4096, 256, 1, tokens -> tokens)).isEqualTo(256);
        assertThat(chosen(3000, 256, 1, tokens -> tokens)).isEqualTo(256);
    }

    /// Layers that are computed again cost 7 where they would cost 4, and a cut costs the opening of the weights.
    @Test
    void ofWhatFitsTheCutIsChosenThatComputesLeast() {
        LongToDoubleFunction work = tokens -> (tokens > 4096 ? 5.1 : 4) + 500.0 / tokens;
        assertThat(chosen(16_384, 256, 2048, tokens -> 0, work)).isEqualTo(4096);
        assertThat(chosen(4096, 256, 2048, tokens -> 0, work)).isNull();
    }

    @Test
    void aCutThatSavesLessThanATenthIsNotMade() {
        assertThat(chosen(8192, 256, 256, tokens -> 0, tokens -> tokens > 4096 ? 4.4 : 4))
                .isNull();
        assertThat(chosen(8192, 256, 256, tokens -> 0, tokens -> tokens > 4096 ? 4.5 : 4))
                .isEqualTo(4096);
    }

    /// A sequence passes whole, so a cut below it would promise what does not happen.
    @Test
    void noCutBelowTheLongestSequenceIsMadeForSpeed() {
        LongToDoubleFunction work = tokens -> tokens > 1024 ? 5.1 : 4;
        assertThat(chosen(8192, 256, 2048, tokens -> 0, work)).isNull();
        assertThat(chosen(8192, 256, 1024, tokens -> 0, work)).isEqualTo(1024);
    }

    private static @Nullable Integer chosen(long whole, int least, long available, LongUnaryOperator bytes) {
        return chosen(whole, least, least, PassForecast.allowed(available), bytes, tokens -> 1);
    }

    private static @Nullable Integer chosen(
            long whole, int least, int sequence, LongUnaryOperator bytes, LongToDoubleFunction work) {
        return chosen(whole, least, sequence, 0, bytes, work);
    }

    private static @Nullable Integer chosen(
            long whole, int least, int sequence, long allowed, LongUnaryOperator bytes, LongToDoubleFunction work) {
        return new MicroBatchChoice(whole, least, sequence).tokens(allowed, new PassForecast() {
            @Override
            public long bytes(long tokens) {
                return leastBytes(tokens);
            }

            @Override
            public long leastBytes(long tokens) {
                return bytes.applyAsLong(tokens);
            }

            @Override
            public double workPerToken(long tokens) {
                return work.applyAsDouble(tokens);
            }

            @Override
            public void limit(long most) {
                throw new IllegalStateException("choosing limits nothing");
            }

            @Override
            public Map<Keep, Integer> layers(long tokens) {
                throw new IllegalStateException("choosing asks for figures alone");
            }

            @Override
            public String sentence(long tokens) {
                throw new IllegalStateException("choosing says nothing of a plan");
            }
        });
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
