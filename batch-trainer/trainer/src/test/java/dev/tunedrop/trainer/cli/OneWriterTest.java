package dev.tunedrop.trainer.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.UserMistake;

class OneWriterTest {

    @TempDir
    Path folder;

    @Test
    void aSecondTrainingOfADirectoryIsRefusedUntilTheFirstHasEnded() throws IOException {
        try (OneWriter _ = OneWriter.of(folder)) {
            assertThatThrownBy(() -> OneWriter.of(folder).close())
                    .isInstanceOf(UserMistake.class)
                    .hasMessage("Another training is writing to " + folder
                            + ". Wait until it ends, or choose another --out.");
        }
        OneWriter.of(folder).close();
    }
}
