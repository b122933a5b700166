package dev.tunedrop.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// The shell script that starts everything.
class LauncherTest {

    private static final Path LAUNCHER = Path.of(System.getProperty("tunedrop.root", "../.."), "tunedrop");

    /// Services and containers have none.
    @Test
    void aJdkIsLookedForWithoutAHome() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the launcher needs bash");
        ProcessBuilder launch = new ProcessBuilder(
                List.of("/bin/bash", LAUNCHER.toAbsolutePath().toString(), "build", "--help"));
        launch.environment().keySet().removeAll(List.of("HOME", "JAVA_HOME", "TUNEDROP_JAVA_HOME"));
        launch.environment().put("PATH", "/usr/bin:/bin");
        Process process = launch.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // 0 where a JDK lies in one of the usual folders, 2 with a sentence where none does.
        assertThat(process.waitFor()).as(said).isIn(0, 2);
        assertThat(said).doesNotContain("unbound variable").containsAnyOf("Usage: tunedrop build", "no JDK");
    }
}
