package dev.tunedrop.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.run.Fixtures;

/// Preference pairs on the command line.
class PreferenceCommandsTest {

    @TempDir
    Path folder;

    @Test
    void trainLearnsPairsAndEvalTellsHowManyAreToldApart() throws IOException {
        String base = "--base=" + Fixtures.stories260k();
        String data = "--data=" + Fixtures.pairs(folder.resolve("pairs.jsonl"), 30);
        Path out = folder.resolve("out");
        String said = run(
                TrainCommand::new,
                base,
                data,
                "--out=" + out,
                "--max-steps=6",
                "--set=compute=fp32",
                "--set=maxTokens=64",
                "--set=learningRate=0.005",
                "--set=batchSize=4");
        assertThat(said).contains("30 rows (3 held out)").contains("accuracy 1.00");
        assertThat(Files.readAllLines(out.resolve("training/metrics.jsonl")).getLast())
                .contains("\"rewards\":{\"chosen\":");
        assertThat(Json.read(out.resolve("training/heldout.json"), JsonNode.class)
                        .path("rewards")
                        .path("accuracy")
                        .asDouble())
                .isEqualTo(1);
        JsonNode measured = Json.tree(
                run(EvalCommand::new, base, data, "--adapter=" + out, "--nf4", "--max-tokens=64", "--json")
                        .getBytes(StandardCharsets.UTF_8),
                "eval");
        assertThat(measured.path("pairs").asInt()).isEqualTo(30);
        assertThat(measured.path("accuracy").asDouble()).isGreaterThan(0.9);
        assertThat(measured.path("margin").asDouble()).isPositive();
        assertThat(measured.path("loss").asDouble()).isLessThan(Math.log(2));
        assertThatThrownBy(() -> run(EvalCommand::new, base, data))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("Name one with --adapter");
    }

    /// Without picocli's own handling of exceptions.
    private static String run(Supplier<Callable<Integer>> made, String... arguments) {
        PrintStream screen = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            Callable<Integer> command = made.get();
            new CommandLine(command).parseArgs(arguments);
            assertThat(command.call()).isZero();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            System.setOut(screen);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
