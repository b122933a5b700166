package dev.tunedrop.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What npm's `asl-validator` says of the state machine. It knows the language's schema; what it does not know
/// (undefined variables, `States.ALL`'s place, names of integrations) is in [WorkflowTextTest].
class AslValidatorTest {

    private static final String VALIDATOR = "asl-validator@4.0.0";
    private static final Path TOOLS = Path.of("target", "asl-validator");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /// What a program said, and whether it was content.
    private record Said(boolean well, String text) {}

    @BeforeAll
    static void install() throws Exception {
        if (Files.exists(TOOLS.resolve("node_modules/.bin/asl-validator"))) return;
        Files.createDirectories(TOOLS);
        Said npm;
        try {
            npm = run(List.of(
                    "npm", "install", "--prefix", TOOLS.toString(), "--no-audit", "--no-fund", "--no-save", VALIDATOR));
        } catch (IOException e) {
            npm = new Said(false, "there is no npm on the path");
        }
        if (!npm.well()) abort(VALIDATOR + " cannot be had, so the state machine is not shown to it: " + npm.text());
    }

    private static Said run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0, text);
    }

    private static String shipped() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(AslValidatorTest.class.getResourceAsStream("/tunedrop/tunedrop.asl.json"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Said validate(String definition) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("machine.json"), definition);
        return run(
                List.of(TOOLS.resolve("node_modules/.bin/asl-validator").toString(), "--json-path", file.toString()));
    }

    @Test
    void theValidatorFindsNothing() throws Exception {
        Said said = validate(shipped());
        assertThat(said.well()).as(said.text()).isTrue();
    }

    @Test
    void theValidatorWouldFindAStateThatIsNotThere() throws Exception {
        Said said = validate(shipped().replace("\"Next\": \"Quoted\"", "\"Next\": \"Nowhere\""));
        assertThat(said.well()).isFalse();
        assertThat(said.text()).contains("Nowhere");
    }
}
