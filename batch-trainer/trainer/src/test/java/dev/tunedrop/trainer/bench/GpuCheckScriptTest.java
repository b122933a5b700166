package dev.tunedrop.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `gpu-check.sh` with a program in the place of Java that ends in every way: whoever has a GPU has it for one try.
class GpuCheckScriptTest {

    private static final Path SCRIPT = Path.of("../gpu-check.sh");
    private static final int NO_GPU = 3;

    /// Its last argument is the part.
    private static final String JAVA = """
            #!/bin/sh
            for part; do :; done
            echo "row of $part, kernels $TUNEDROP_KERNELS, attention $TUNEDROP_ATTENTION"
            case $part in
              refused) echo 'WARNING: of no use' >&2; echo 'an operator was refused' >&2; exit 1 ;;
              crashed) kill -SEGV $$ ;;
              gone) echo 'not measured: no CUDA device'; exit 3 ;;
              reader) echo "so far: $(cat report.txt)" ;;
            esac
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void layOut() throws IOException {
        Files.copy(SCRIPT, folder.resolve("gpu-check.sh"));
        Files.createDirectories(folder.resolve("target/gpu-bundle/jars"));
        Path java = folder.resolve("target/gpu-java/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, JAVA);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void partsThatEndBadlyLeaveTheOthersFiguresAndTheExitCodeSaysSo() throws Exception {
        assertThat(run("first", "refused", "crashed", "gone", "last")).isEqualTo(1);
        assertThat(report())
                .contains("row of first,", "row of refused,", "row of crashed,", "row of gone,", "row of last,")
                .contains("refused: ended with 1", "    an operator was refused", "crashed: ended with 139")
                .doesNotContain("of no use");
    }

    @Test
    void whatFailedIsTriedOnceMoreWithoutOurKernels() throws Exception {
        assertThat(run("refused", "last")).isEqualTo(1);
        assertThat(report())
                .containsSubsequence(
                        "row of last, kernels , attention", "refused once more, ", "kernels off, attention flash")
                .doesNotContain("last once more");
    }

    @Test
    void eachPartIsKeptBeforeTheNextBegins() throws Exception {
        assertThat(run("first", "reader")).isZero();
        assertThat(report()).containsSubsequence("row of first", "so far: ", "row of first");
    }

    @Test
    void withoutAGpuNothingIsKept() throws Exception {
        assertThat(run("gone", "last")).isEqualTo(NO_GPU);
        assertThat(folder.resolve("report.txt")).doesNotExist();
    }

    private String report() throws IOException {
        return Files.readString(folder.resolve("report.txt"));
    }

    private int run(String... parts) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "gpu-check.sh", "--save=report.txt"));
        command.addAll(List.of(parts));
        ProcessBuilder script =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        script.environment().put("TUNEDROP_LIBTORCH", "/nowhere");
        Process process = script.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        assertThat(said).contains("row of " + parts[0]);
        return code;
    }
}
