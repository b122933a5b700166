package dev.tunedrop.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.SharedData;

class ScoreCommandTest {

    @TempDir
    Path folder;

    @Test
    void logitsOfEveryRowAreThoseOfTheOtherImplementation() throws IOException {
        Path ids = folder.resolve("ids.json");
        Path out = folder.resolve("logits.safetensors");
        try (Safetensors golden = Safetensors.open(SharedData.path("golden/stories260k.fp32.safetensors"))) {
            long[] shape = golden.tensor("input_ids").dimensions();
            long[] tokens = SharedData.longs(golden, "input_ids");
            long[] mask = SharedData.longs(golden, "attention_mask");
            List<List<Long>> rows = new ArrayList<>();
            for (int row = 0; row < shape[0]; row++) {
                List<Long> kept = new ArrayList<>();
                for (int t = 0; t < shape[1]; t++)
                    if (mask[row * (int) shape[1] + t] == 1) kept.add(tokens[row * (int) shape[1] + t]);
                rows.add(kept);
            }
            Files.write(ids, Json.bytes(rows));
            run(
                    "--base",
                    SharedData.path("models/stories260k-hf").toString(),
                    "--ids",
                    ids.toString(),
                    "--out",
                    out.toString());
            float[] expected = SharedData.floats(golden, "logits");
            try (Safetensors written = Safetensors.open(out)) {
                assertThat(written.tensors()).hasSize(rows.size());
                for (int row = 0; row < rows.size(); row++) {
                    int length = rows.get(row).size();
                    assertThat(written.tensor("logits." + row).dimensions()).containsExactly(length, 512);
                    float[] logits = SharedData.floats(written, "logits." + row);
                    for (int i = 0; i < logits.length; i++)
                        assertThat(Math.abs(logits[i] - expected[row * (int) shape[1] * 512 + i]))
                                .isLessThan(1e-4f);
                }
            }
        }
    }

    @Test
    void anIdOutsideTheVocabularyIsNamedByRowAndPosition() throws IOException {
        Path ids = Files.writeString(folder.resolve("ids.json"), "[[1, 2], [3, 512]]");
        assertThatThrownBy(() -> run(
                        "--base", SharedData.path("models/stories260k-hf").toString(),
                        "--ids", ids.toString(),
                        "--out", folder.resolve("o").toString()))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("row 1, position 1: no token id of this model, which has 0 to 511");
    }

    /// Without picocli's own handling of exceptions.
    private static void run(String... arguments) {
        ScoreCommand command = new ScoreCommand();
        new CommandLine(command).parseArgs(arguments);
        assertThat(command.call()).isZero();
    }
}
