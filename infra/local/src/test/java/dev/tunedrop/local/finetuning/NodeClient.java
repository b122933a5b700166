package dev.tunedrop.local.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;

/// The official `openai` package of npm, as it is published: the pinned version, its bytes checked against the lock
/// file beside the scripts. Tests that need it are skipped where Node.js or the registry is absent.
final class NodeClient {

    private static final long PATIENCE_SECONDS = 200;

    private final Path folder;

    private NodeClient(Path folder) {
        this.folder = folder;
    }

    static NodeClient install(Path folder) throws IOException, InterruptedException {
        assumeTrue(run(folder, List.of("node", "--version")).code() == 0, "Node.js is absent");
        for (String name : List.of("package.json", "package-lock.json", "fine-tune.mjs", "order.mjs", "webhook.mjs"))
            try (InputStream in = Objects.requireNonNull(NodeClient.class.getResourceAsStream(name), name)) {
                Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        Ran installed = run(folder, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        assumeTrue(installed.code() == 0, "the npm registry is absent");
        return new NodeClient(folder);
    }

    /// Runs a script to its end; what it printed is one JSON document.
    JsonNode run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        Ran ran = run(folder, command);
        assertThat(ran.code()).as(ran.errors()).isZero();
        return Json.read(ran.printed(), JsonNode.class, script);
    }

    private record Ran(int code, String printed, String errors) {}

    private static Ran run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path printed = Files.createTempFile(folder, "out", ".txt");
        Path errors = Files.createTempFile(folder, "err", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(printed.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
            return new Ran(process.waitFor(), Files.readString(printed), Files.readString(errors));
        } catch (IOException notThere) {
            return new Ran(127, "", String.valueOf(notThere.getMessage()));
        }
    }
}
