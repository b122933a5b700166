package dev.tunedrop.trainer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.artefact.Sha256;

class PtxTest {

    private static final Path SOURCES = Path.of("src/main/cuda");
    private static final Path SCRIPT = Path.of("kernels.sh");

    @Test
    void theCommittedPtxIsMadeOfTheseSources() throws IOException {
        String expected = "// sources " + sumOfSources() + ", nvcc ";
        assertThat(ptx().lines().findFirst())
                .as("kernels.sh was not run after src/main/cuda changed")
                .hasValueSatisfying(line -> assertThat(line).startsWith(expected));
    }

    @Test
    void everyGpuSinceAmpereAndEveryDriverSinceR450TakesThePtx() throws IOException {
        assertThat(ptx()).contains(".version 7.0", ".target sm_80", ".address_size 64");
    }

    @Test
    void nvccMakesTheCommittedPtxAgain() throws IOException, InterruptedException {
        String release = ptx().lines().findFirst().orElseThrow().replaceFirst(".*, nvcc ", "");
        assumeTrue(nvccIs(release), "nvcc " + release + " is absent: the PTX is not made again");
        Process script = new ProcessBuilder(SCRIPT.toAbsolutePath().toString(), "--check")
                .redirectErrorStream(true)
                .start();
        String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(script.waitFor()).as(said).isZero();
    }

    @Test
    void thePtxHoldsAnEntryForEveryKernel() throws IOException {
        List<String> entries = Pattern.compile("\\.visible \\.entry (\\w+)\\(")
                .matcher(ptx())
                .results()
                .map((MatchResult entry) -> entry.group(1))
                .toList();
        for (Kernel kernel : EnumSet.complementOf(EnumSet.of(Kernel.ATTENTION)))
            assertThat(entries).anyMatch(name -> name.startsWith(kernel.toString()));
    }

    private static boolean nvccIs(String release) throws IOException, InterruptedException {
        if (Stream.of(System.getenv("PATH").split(":", -1))
                .noneMatch(directory -> Files.isExecutable(Path.of(directory, "nvcc")))) return false;
        Process nvcc = new ProcessBuilder("nvcc", "--version").start();
        String said = new String(nvcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return nvcc.waitFor() == 0 && said.contains("release " + release + ",");
    }

    private static String ptx() throws IOException {
        try (InputStream in = CudaLauncher.class.getResourceAsStream(CudaLauncher.RESOURCE)) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /// As `sha256sum * | sha256sum` prints it.
    private static String sumOfSources() throws IOException {
        StringBuilder sums = new StringBuilder();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.sorted().toList())
                sums.append(hex(Files.readAllBytes(file)))
                        .append("  ")
                        .append(file.getFileName())
                        .append('\n');
        }
        return hex(sums.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String hex(byte[] bytes) {
        MessageDigest digest = Sha256.digest();
        return HexFormat.of().formatHex(digest.digest(bytes));
    }
}
