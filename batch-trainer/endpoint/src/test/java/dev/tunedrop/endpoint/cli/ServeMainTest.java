package dev.tunedrop.endpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class ServeMainTest {

    private static Process serve(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                ServeMain.class.getName(),
                "serve"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .start();
    }

    @Test
    void itServesUntilItIsToldToEnd() throws IOException, InterruptedException {
        Path base = Path.of(System.getProperty("tunedrop.shared"), "data", "models", "synthetic-tiny-llama3");
        assumeThat(base).as("shared data is absent: %s", base).isDirectory();
        Process process = serve(
                "--base",
                base.toString(),
                "--port",
                "0",
                "--compute",
                "bf16",
                "--quantise",
                "nf4",
                "--adapter",
                "lora=" + base.resolve("lora-init"));
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            assertThat(line).startsWith("Serving [synthetic-tiny-llama3, lora] at http://127.0.0.1:");
            HttpResponse<String> pong = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(line.substring(line.indexOf("http")) + "/ping"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(pong.statusCode()).isEqualTo(200);
            process.destroy();
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aMistakeIsOneLineAndExitCode2() throws IOException, InterruptedException {
        Process process = serve("--base", "no-such-folder");
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            assertThat(err.lines().filter(line -> line.startsWith("tunedrop: ")))
                    .containsExactly(
                            "tunedrop: no-such-folder is no directory. Name a base model's folder with --base");
            assertThat(process.waitFor()).isEqualTo(2);
        } finally {
            process.destroyForcibly();
        }
    }
}
