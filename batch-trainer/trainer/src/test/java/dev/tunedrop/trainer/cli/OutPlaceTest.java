package dev.tunedrop.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import dev.tunedrop.events.UserMistake;

/// Where `train` may write: refused before the first row is read.
class OutPlaceTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"base", "./other/../base", "link"})
    void theBaseIsNoPlaceForWhatIsTrainedOnIt(String out) throws IOException {
        Path base = Files.createDirectories(folder.resolve("base"));
        Files.createDirectories(folder.resolve("other"));
        Files.createSymbolicLink(folder.resolve("link"), base);
        for (String method : new String[] {"lora", "full"})
            assertThatThrownBy(() -> train(base, folder.resolve(out), method))
                    .isInstanceOf(UserMistake.class)
                    .hasMessageContaining("is the base model itself. Choose another --out");
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void aPlaceInsideTheBaseIsOnesOwn() throws IOException {
        Path base = Files.createDirectories(folder.resolve("base"));
        Files.writeString(base.resolve("config.json"), "{}");
        assertThatThrownBy(() -> train(base, base.resolve("adapter"), "lora"))
                .hasMessageContaining("no tokenizer.json");
    }

    private void train(Path base, Path out, String method) {
        TrainCommand command = new TrainCommand();
        new CommandLine(command)
                .parseArgs(
                        "--base=" + base,
                        "--data=" + folder.resolve("none.jsonl"),
                        "--out=" + out,
                        "--method=" + method);
        command.call();
    }
}
