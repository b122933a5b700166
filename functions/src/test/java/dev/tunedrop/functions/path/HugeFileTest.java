package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.RunFiles;

/// A file far larger than the heap, made by repetition, goes from PlanChunks to AssembleDataset; each step is a process
/// with `-Xmx256m`. Runs only when asked: `-Dtunedrop.huge=5` makes 5 GiB; the disk needs five times as much.
@Timeout(value = 3, unit = TimeUnit.HOURS)
class HugeFileTest {

    private static final String SIZE = "tunedrop.huge";
    private static final String HEAP = System.getProperty("tunedrop.huge.heap", "256m");
    private static final int REPEATED_EVERY = 1000;
    private static final String USER = "\"role\": \"user\", \"content\": \"";

    private record Made(long rows, long repeated) {}

    @Test
    void aHugeFileIsPreparedInASmallHeap(@TempDir Path folder) throws Exception {
        double gib = Double.parseDouble(System.getProperty(SIZE, "0"));
        assumeTrue(gib > 0, "a long run over a file of many GiB: asked for by -D" + SIZE + "=GIB");
        Path data = Path.of(System.getProperty("tunedrop.shared", ""), "data");
        assumeTrue(Files.isDirectory(data), "shared data is absent: " + data);
        base(data, HugeSteps.bases(folder));
        Files.createDirectories(folder.resolve("artefacts"));
        Path file = folder.resolve("drops").resolve(HugeSteps.KEY);
        Made made =
                make(data.resolve("datasets/derived_gsm8k_train.openai-chat.jsonl"), file, (long) (gib * (1 << 30)));
        System.out.printf(
                "%,d bytes, %,d rows, %,d of them repeated%n", Files.size(file), made.rows(), made.repeated());

        for (String step : List.of("plan", "prepare", "assemble")) run(folder, step);

        DatasetReport report = HugeSteps.artefacts(folder)
                .json(new RunFiles(HugeSteps.drop(folder).runId()).report(), DatasetReport.class);
        assertThat(report.verdict()).isEqualTo(DatasetReport.Verdict.ACCEPTED);
        assertThat(report.rows()).isEqualTo(made.rows());
        assertThat(report.signal()).isNotNull().satisfies(signal -> {
            assertThat(signal.duplicateRows()).isEqualTo(made.repeated());
            assertThat(signal.trainRows() + signal.validationRows()).isEqualTo(made.rows() - made.repeated());
            assertThat(signal.validationRows()).isPositive();
            System.out.printf("%,d tokens%n", signal.tokens());
        });
    }

    /// Llama 3.2's own tokenizer and template.
    private static void base(Path data, FolderObjects bases) throws IOException {
        Path tokenizer = data.resolve("tokenizers/llama3_2");
        bases.put("llama/tokenizer.json", tokenizer.resolve("tokenizer.json"), "application/json");
        bases.put("llama/tokenizer_config.json", tokenizer.resolve("tokenizer_config.json"), "application/json");
        bases.put(
                "llama/chat_template.jinja",
                data.resolve("chat_templates/meta-llama-Llama-3.2-3B-Instruct.jinja"),
                "text/plain");
        bases.put("llama/config.json", bytes("{\"max_position_embeddings\":131072}"), "application/json");
    }

    /// Rows with a number each, so that they differ; each thousandth stands there twice.
    private static Made make(Path rows, Path file, long bytes) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file.resolveSibling("tune.json"), "{\"base\":\"llama\",\"maxTokens\":2048}");
        List<String> lines = Files.readAllLines(rows);
        long made = 0;
        long written = 0;
        long repeated = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (int at = 0; written < bytes; at = at + 1 == lines.size() ? 0 : at + 1) {
                byte[] row = bytes(lines.get(at).replace(USER, USER + "Case " + made + ". ") + "\n");
                out.write(row);
                made++;
                written += row.length;
                if (made % REPEATED_EVERY != 0) continue;
                out.write(row);
                made++;
                repeated++;
                written += row.length;
            }
        }
        return new Made(made, repeated);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void run(Path folder, String step) throws IOException, InterruptedException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP,
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        HugeSteps.class.getName(),
                        folder.toString(),
                        step)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said = process.inputReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) System.out.println(line);
        }
        assertThat(process.waitFor()).as("exit code of " + step).isZero();
        try (var left = Files.list(temporary)) {
            assertThat(left.filter(path -> !path.getFileName().toString().startsWith("tunedrop-base")))
                    .as("files left by " + step)
                    .isEmpty();
        }
    }
}
