package dev.tunedrop.functions.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.TokenShardWriter;

class SignalShapeTest {

    @TempDir
    Path folder;

    private Path shard(int... lengths) throws IOException {
        Path file = folder.resolve("shard.safetensors");
        try (TokenShardWriter shard = new TokenShardWriter(file, Map.of("tokenizer", "t", "template", "t"))) {
            for (int length : lengths) {
                boolean[] trained = new boolean[length];
                trained[length - 1] = true;
                shard.add(new int[length], trained, 1);
            }
        }
        return file;
    }

    @Test
    void rowsArePackedOneByOneUpToTheLongest() throws IOException {
        SignalShape shape = SignalShape.of(shard(7, 2, 6, 5), 10, 1);
        assertThat(shape.packs()).isEqualTo(3);
        assertThat(shape.packFill()).isEqualTo(0.6667);
    }

    @Test
    void aPairsTwoAnswersLieInOnePackThatHasRoomForTwo() throws IOException {
        SignalShape shape = SignalShape.of(shard(7, 2, 6, 5), 10, 2);
        assertThat(shape.packs()).isEqualTo(1);
        assertThat(shape.packFill()).isEqualTo(1.0);
        assertThat(SignalShape.of(shard(7, 2, 6, 6), 10, 2).packs()).isEqualTo(2);
    }
}
