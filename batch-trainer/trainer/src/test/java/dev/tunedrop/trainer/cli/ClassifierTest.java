package dev.tunedrop.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.weights.ModelConfig;

/// Rows of text and label, from a file to a classifier that is right about others.
class ClassifierTest {

    private static final List<String> KINGS = List.of("king", "sword", "crown", "blood", "lord");
    private static final List<String> SUMS = List.of("dollars", "hours", "twice", "minus", "each");
    private static final List<String> ANY = List.of("the", "of", "and", "in", "with", "my", "his");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lora", "full"})
    void aTrainedClassifierIsRightAboutRowsThatItHasNotSeen(String method) throws IOException {
        Path base = SharedData.path("models/synthetic-tiny-bert");
        Path out = folder.resolve("out");
        rows("train.jsonl", 120, 1);
        rows("test.jsonl", 40, 2);
        String said = run(
                TrainCommand::new,
                "--base=" + base,
                "--data=" + folder.resolve("train.jsonl"),
                "--out=" + out,
                "--set=method=" + method,
                "--set=compute=fp32",
                "--set=epochs=" + (method.equals("full") ? 8 : 25),
                "--set=maxTokens=64",
                "--set=packing=false",
                "--set=batchSize=8",
                "--set=gradientAccumulation=1",
                "--set=learningRate=0.0005");
        assertThat(said).contains("120 rows (12 held out), 108 tokens to learn");
        assertThat(ModelConfig.read(out).labels()).containsExactly("king", "sum");
        List<String> how =
                method.equals("full") ? List.of("--base=" + out) : List.of("--base=" + base, "--adapter=" + out);
        JsonNode measured = evaluate(how);
        assertThat(measured.path("rows").asInt()).isEqualTo(40);
        assertThat(measured.path("loss").asDouble()).isLessThan(0.3);
        assertThat(measured.path("accuracy").asDouble()).isGreaterThan(0.9);
        assertThat(measured.path("macroF1").asDouble()).isGreaterThan(0.9);
        if (method.equals("lora")) {
            JsonNode merged = merged(base, out);
            assertThat(merged.path("accuracy")).isEqualTo(measured.path("accuracy"));
            assertThat(merged.path("loss").asDouble())
                    .isCloseTo(measured.path("loss").asDouble(), within(1e-6));
        }
    }

    /// What a base and a classifier's adapter, merged into a model of its own, are measured at.
    private JsonNode merged(Path base, Path adapter) {
        Path merged = folder.resolve("merged");
        run(MergeCommand::new, "--base=" + base, "--adapter=" + adapter, "--out=" + merged, "--dtype=fp32");
        return evaluate(List.of("--base=" + merged));
    }

    @Test
    void anAdapterOfAClassifierIsLaidOutAsPeftDoesIt() throws IOException {
        Path out = folder.resolve("out");
        rows("train.jsonl", 12, 1);
        run(
                TrainCommand::new,
                "--base=" + SharedData.path("models/synthetic-tiny-bert"),
                "--data=" + folder.resolve("train.jsonl"),
                "--out=" + out,
                "--max-steps=1");
        JsonNode config = Json.read(out.resolve("adapter_config.json"), JsonNode.class);
        assertThat(config.path("task_type").asText()).isEqualTo("SEQ_CLS");
        assertThat(config.path("modules_to_save").toString()).isEqualTo("[\"classifier\",\"pooler.dense\"]");
        assertThat(config.path("target_modules").toString())
                .isEqualTo("[\"query\",\"key\",\"value\",\"output.dense\",\"intermediate.dense\"]");
        assertThat(Json.read(out.resolve("config.json"), JsonNode.class)
                        .path("id2label")
                        .toString())
                .isEqualTo("{\"0\":\"king\",\"1\":\"sum\"}");
        try (Safetensors file = Safetensors.open(out.resolve("adapter_model.safetensors"))) {
            assertThat(file.tensors().keySet())
                    .contains(
                            "base_model.model.classifier.weight",
                            "base_model.model.classifier.bias",
                            "base_model.model.bert.pooler.dense.weight",
                            "base_model.model.bert.pooler.dense.bias")
                    .hasSize(4 + 2 * 6 * 3);
            assertThat(file.tensor("base_model.model.classifier.weight").shape())
                    .containsExactly(2L, 128L);
        }
    }

    @Test
    void theWrongBaseOrLabelIsRefusedWithAWayOut() throws IOException {
        rows("train.jsonl", 12, 1);
        assertThat(refusal("models/synthetic-tiny-llama3", "train.jsonl"))
                .contains("Llama answers with tokens")
                .contains("Choose an encoder such as BERT");
        Files.writeString(folder.resolve("chat.jsonl"), "{\"prompt\": \"a\", \"completion\": \"b\"}\n");
        assertThat(refusal("models/synthetic-tiny-bert", "chat.jsonl")).contains("is an encoder");
        Files.writeString(folder.resolve("one.jsonl"), "{\"text\": \"a\", \"label\": \"b\"}\n");
        assertThat(refusal("models/synthetic-tiny-bert", "one.jsonl")).contains("knows one label alone");
        Files.writeString(
                folder.resolve("odd.jsonl"), "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"a\", \"label\": {}}\n");
        assertThat(refusal("models/synthetic-tiny-bert", "odd.jsonl"))
                .contains("line 2 has no word or whole number in \"label\"");
    }

    private String refusal(String base, String data) {
        try {
            run(
                    TrainCommand::new,
                    "--base=" + SharedData.path(base),
                    "--data=" + folder.resolve(data),
                    "--out=" + folder.resolve("refused"));
        } catch (UserMistake e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("not refused");
    }

    private JsonNode evaluate(List<String> how) {
        List<String> arguments = new ArrayList<>(how);
        arguments.add("--data=" + folder.resolve("test.jsonl"));
        arguments.add("--json");
        return Json.tree(
                captured(() -> execute(EvalCommand::new, arguments.toArray(String[]::new)))
                        .getBytes(StandardCharsets.UTF_8),
                "eval");
    }

    private static String run(Supplier<Callable<Integer>> made, String... arguments) {
        return captured(() -> execute(made, arguments));
    }

    /// Without picocli's own handling of exceptions.
    private static int execute(Supplier<Callable<Integer>> made, String... arguments) {
        Callable<Integer> command = made.get(); // it takes the screen as it finds it
        new CommandLine(command).parseArgs(arguments);
        try {
            return command.call();
        } catch (UserMistake e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String captured(Supplier<Integer> work) {
        PrintStream screen = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(work.get()).isZero();
        } finally {
            System.setOut(screen);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /// Texts that say what they are about by one word among others.
    private void rows(String name, int count, long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder lines = new StringBuilder();
        for (int row = 0; row < count; row++) {
            boolean king = row % 2 == 0;
            List<String> words = new ArrayList<>();
            for (int i = 0; i < 5; i++) words.add(ANY.get(random.nextInt(ANY.size())));
            List<String> telling = king ? KINGS : SUMS;
            for (int i = 0; i < 2; i++) words.set(random.nextInt(5), telling.get(random.nextInt(telling.size())));
            lines.append("{\"text\": \"%s\", \"label\": \"%s\"}%n"
                    .formatted(String.join(" ", words), king ? "king" : "sum"));
        }
        Files.writeString(folder.resolve(name), lines);
    }
}
