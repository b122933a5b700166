package dev.tunedrop.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.weights.Checkpoint;

class MergeCommandTest {

    @TempDir
    Path folder;

    /// What `score` says of the merged model and of base and adapter; both families' heads and the tied embedding stay.
    @ParameterizedTest
    @CsvSource({
        "llama3, fp32, false, 1e-5",
        "llama3, bf16, false, 0.1",
        "llama3, fp16, false, 0.02",
        "llama3, fp32, true, 1e-5",
        "bloom, fp32, false, 1e-5",
        "bert, bf16, false, 0.1"
    })
    void theMergedModelScoresAsBaseAndAdapter(String family, String dtype, boolean nf4, float bound) throws Exception {
        Path base = SharedData.path("models/synthetic-tiny-" + family);
        Path adapter = base.resolve("lora-init");
        Path out = folder.resolve("merged");
        List<String> arguments = new ArrayList<>(List.of("--base=" + base, "--adapter=" + adapter, "--out=" + out));
        arguments.add("--dtype=" + dtype);
        if (nf4) arguments.add("--onto-nf4");
        run(new MergeCommand(), arguments);
        List<float[]> apart = new ArrayList<>();
        List<String> scored = new ArrayList<>(List.of("--base=" + base, "--adapter=" + adapter));
        if (nf4) scored.add("--nf4");
        for (List<String> how : List.of(scored, List.of("--base=" + out), List.of("--base=" + base)))
            apart.add(scores(how, "logits" + apart.size()));
        assertThat(largest(apart.get(1), apart.get(0))).isLessThan(bound);
        assertThat(largest(apart.get(2), apart.get(0)))
                .as("the adapter says something")
                .isGreaterThan(0.02f);
        assertThat(out.resolve("tokenizer.json")).hasSameBinaryContentAs(base.resolve("tokenizer.json"));
    }

    @Test
    void aLargeModelIsWrittenInShardsWithTheirIndex() throws Exception {
        Path base = SharedData.path("models/synthetic-tiny-qwen2");
        Path out = folder.resolve("merged");
        run(
                new MergeCommand(),
                List.of(
                        "--base=" + base,
                        "--adapter=" + base.resolve("lora-init"),
                        "--out=" + out,
                        "--shard-size=500KB"));
        assertThat(out.resolve(Checkpoint.SINGLE)).doesNotExist();
        try (Checkpoint merged = Checkpoint.open(out);
                Checkpoint original = Checkpoint.open(base)) {
            assertThat(merged.names()).isEqualTo(original.names());
        }
        try (var files = Files.list(out)) {
            List<Path> shards = files.filter(file -> file.toString().endsWith(".safetensors"))
                    .toList();
            assertThat(shards).hasSizeGreaterThan(3);
            for (Path shard : shards) assertThat(Files.size(shard)).isLessThan(520_000);
        }
    }

    /// The last tensor is no number, so the merge ends after its first shards, as one that is killed does.
    @ParameterizedTest
    @CsvSource({"500KB", "5GB"})
    void aMergeThatEndsBeforeItsEndLeavesNothingThatLoads(String shardSize) throws IOException {
        Path model = SharedData.path("models/synthetic-tiny-qwen2");
        Path base = Files.createDirectories(folder.resolve("synthetic-tiny-qwen2"));
        Files.copy(model.resolve("config.json"), base.resolve("config.json"));
        byte[] weights = Files.readAllBytes(model.resolve(Checkpoint.SINGLE));
        Arrays.fill(weights, weights.length - 64, weights.length, (byte) 0xFF);
        Files.write(base.resolve(Checkpoint.SINGLE), weights);
        Path out = folder.resolve("merged");
        List<String> arguments = List.of(
                "--base=" + base,
                "--adapter=" + model.resolve("lora-init"),
                "--out=" + out,
                "--shard-size=" + shardSize);
        assertThatThrownBy(() -> run(new MergeCommand(), arguments)).hasMessageContaining("holds NaN or infinity");
        assertThat(out.resolve("config.json")).as("it began").exists();
        assertThatThrownBy(() -> Checkpoint.open(out))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("has neither model.safetensors nor model.safetensors.index.json");
    }

    @Test
    void anAdapterOfAnotherBaseAndAFilledDirectoryAreRefused() throws IOException {
        Path base = SharedData.path("models/synthetic-tiny-llama3");
        Path adapter = Files.createDirectories(folder.resolve("adapter"));
        ObjectNode config = Json.read(base.resolve("lora-init/adapter_config.json"), ObjectNode.class);
        config.put("base_model_name_or_path", "someone/another-llama/");
        Files.write(adapter.resolve("adapter_config.json"), Json.bytes(config));
        List<String> arguments = List.of("--base=" + base, "--adapter=" + adapter, "--out=" + folder.resolve("merged"));
        assertThatThrownBy(() -> run(new MergeCommand(), arguments))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("was trained on another-llama, and --base is synthetic-tiny-llama3");
        List<String> filled = List.of("--base=" + base, "--adapter=" + base.resolve("lora-init"), "--out=" + adapter);
        assertThatThrownBy(() -> run(new MergeCommand(), filled))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("is not empty");
        assertThatThrownBy(() -> MergeCommand.bytes("5")).hasMessageContaining("\"5\" is no size of a shard");
    }

    private float[] scores(List<String> how, String name) throws Exception {
        Path ids = Files.writeString(folder.resolve("ids.json"), "[[2, 403, 407, 261, 378, 5, 77, 300, 9, 14]]");
        Path file = folder.resolve(name);
        List<String> arguments = new ArrayList<>(how);
        arguments.addAll(List.of("--ids=" + ids, "--out=" + file));
        run(new ScoreCommand(), arguments);
        try (Safetensors logits = Safetensors.open(file)) {
            return SharedData.floats(logits, "logits.0");
        }
    }

    private static float largest(float[] a, float[] b) {
        float largest = 0;
        for (int i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
        return largest;
    }

    /// Without picocli's own handling of exceptions.
    private static void run(Callable<Integer> command, List<String> arguments) throws Exception {
        new CommandLine(command).parseArgs(arguments.toArray(String[]::new));
        assertThat(command.call()).isZero();
    }
}
