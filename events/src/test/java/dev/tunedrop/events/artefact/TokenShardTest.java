package dev.tunedrop.events.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.SafetensorsWriter.Tensor;
import dev.tunedrop.events.json.InvalidDocument;

class TokenShardTest {

    private static final Map<String, String> SUMS = Map.of("tokenizer", "t", "template", "u");

    @TempDir
    Path folder;

    @Test
    void rowsComeBackAsTheyWereAdded() throws IOException {
        Path file = folder.resolve("train.safetensors");
        TokenShardWriter writer = new TokenShardWriter(file, SUMS);
        try (writer) {
            writer.add(new int[] {5, 6, 7}, new boolean[] {false, true, true}, 1);
            writer.add(new int[] {300_000}, new boolean[] {true}, 9);
        }
        try (TokenShardReader reader = TokenShardReader.open(file)) {
            assertThat(reader.rows()).isEqualTo(2).isEqualTo(writer.rows());
            assertThat(reader.tokens()).isEqualTo(4).isEqualTo(writer.tokens());
            assertThat(reader.length(0)).isEqualTo(3);
            assertThat(reader.row(0).ids()).containsExactly(5, 6, 7);
            assertThat(reader.row(0).trained()).containsExactly(false, true, true);
            assertThat(reader.row(1).ids()).containsExactly(300_000);
            assertThat(reader.row(1).line()).isEqualTo(9);
            assertThat(reader.greatestId()).isEqualTo(300_000);
            assertThat(reader.metadata()).containsAllEntriesOf(SUMS).containsEntry("version", "1");
        }
        assertThat(folder.toFile().list()).containsExactly("train.safetensors");
    }

    @Test
    void pairsAreTwoRowsEachAndHalfAPairIsRefused() throws IOException {
        Path file = folder.resolve("pairs");
        for (int rows : new int[] {2, 3}) {
            try (TokenShardWriter writer =
                    new TokenShardWriter(file, Map.of(TokenShardReader.OBJECTIVE, TokenShardReader.DPO))) {
                for (int row = 0; row < rows; row++) writer.add(new int[] {1, 2}, new boolean[] {false, true}, 1);
            }
            if (rows == 2) {
                try (TokenShardReader reader = TokenShardReader.open(file)) {
                    assertThat(reader.pairs()).isTrue();
                }
            } else {
                assertThatThrownBy(() -> TokenShardReader.open(file))
                        .isInstanceOf(InvalidDocument.class)
                        .hasMessageContaining("holds pairs, and must have an even number of rows, has 3");
            }
        }
    }

    @Test
    void labelledTextsKeepTheirLabels() throws IOException {
        Path file = folder.resolve("labelled");
        List<String> labels = Labels.sorted(List.of("spam", "ham", "spam"));
        TokenShardWriter writer = new TokenShardWriter(file, SUMS, labels);
        try (writer) {
            writer.add(new int[] {2, 8, 3}, "spam", 1);
            writer.add(new int[] {2, 3}, "ham", 4);
            assertThatThrownBy(() -> writer.add(new int[] {2, 3}, "eggs", 5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the row of line 5 has a label that the shard does not know");
        }
        try (TokenShardReader reader = TokenShardReader.open(file)) {
            assertThat(reader.labels()).containsExactly("ham", "spam");
            assertThat(reader.label(0)).isEqualTo(1);
            assertThat(reader.label(1)).isZero();
            assertThat(reader.trains(1, 1)).isTrue();
            assertThat(reader.trainedTokens()).isEqualTo(2).isEqualTo(writer.trainedTokens());
        }
        assertThat(folder.toFile().list()).containsExactly("labelled");
    }

    @Test
    void labelsThatAreNumbersAreSortedByValue() {
        assertThat(Labels.sorted(List.of("10", "9", "-1"))).containsExactly("-1", "9", "10");
        assertThat(Labels.sorted(List.of("10", "9", "x"))).containsExactly("10", "9", "x");
    }

    @Test
    void aShardWithoutLabelsHasTheBytesItAlwaysHad() throws IOException {
        Path file = folder.resolve("plain");
        try (TokenShardWriter writer = new TokenShardWriter(file, SUMS)) {
            writer.add(new int[] {5, 6, 7}, new boolean[] {false, true, true}, 1);
            writer.add(new int[] {300_000}, new boolean[] {true}, 9);
        }
        assertThat(Sha256.of(file)).isEqualTo("26f078a5853361e4f614da63479abe5092c0f55e6ed079dbdd59ec24c78b5b6e");
        try (TokenShardReader reader = TokenShardReader.open(file)) {
            assertThat(reader.labels()).isEmpty();
            assertThat(reader.label(0)).isEqualTo(-1);
        }
    }

    @Test
    void theFirstTokenOfARowIsNeverCountedAsTrained() throws IOException {
        Path file = folder.resolve("a");
        TokenShardWriter writer = new TokenShardWriter(file, SUMS);
        try (writer) {
            writer.add(new int[] {1, 2}, new boolean[] {true, true}, 1);
        }
        try (TokenShardReader reader = TokenShardReader.open(file)) {
            assertThat(reader.trainedTokens()).isEqualTo(1).isEqualTo(writer.trainedTokens());
        }
    }

    @Test
    void theSameRowsGiveTheSameBytes() throws IOException {
        for (String name : List.of("one", "two"))
            try (TokenShardWriter writer = new TokenShardWriter(folder.resolve(name), SUMS)) {
                for (int row = 0; row < 100; row++) writer.add(new int[] {row, 2}, new boolean[] {false, true}, row);
            }
        assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("two"));
    }

    @Test
    void aShardWithoutRowsIsAShard() throws IOException {
        new TokenShardWriter(folder.resolve("none"), SUMS).close();
        try (TokenShardReader reader = TokenShardReader.open(folder.resolve("none"))) {
            assertThat(reader.rows()).isZero();
            assertThat(reader.trainedTokens()).isZero();
        }
    }

    @Test
    void anAbandonedShardLeavesNothing() throws IOException {
        TokenShardWriter writer = new TokenShardWriter(folder.resolve("a"), SUMS);
        writer.add(new int[] {1, 2}, new boolean[] {true, true}, 1);
        writer.abandon();
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void anEmptyRowIsRefused() throws IOException {
        try (TokenShardWriter writer = new TokenShardWriter(folder.resolve("a"), SUMS)) {
            assertThatThrownBy(() -> writer.add(new int[0], new boolean[0], 3)).hasMessageContaining("line 3");
        }
    }

    @Test
    void offsetsThatDoNotCoverTheTokensAreRefused() throws IOException {
        for (long[] offsets : new long[][] {{1, 2}, {0, 1}, {0, 3}, {0, 2, 2}, {0, 9, 2}}) {
            Path file = folder.resolve("bad");
            SafetensorsWriter.write(
                    file,
                    Map.of("format", "tunedrop-token-shard", "version", "1"),
                    List.of(
                            longs("offsets", offsets),
                            longs("lines", new long[offsets.length - 1]),
                            Tensor.of("ids", DType.I32, new long[] {2}, MemorySegment.ofArray(new byte[8])),
                            Tensor.of("trained", DType.U8, new long[] {2}, MemorySegment.ofArray(new byte[2]))));
            assertThatThrownBy(() -> TokenShardReader.open(file).close()).isInstanceOf(InvalidDocument.class);
        }
    }

    @Test
    void anotherSafetensorsFileIsNotAShard() throws IOException {
        SafetensorsWriter.write(folder.resolve("a"), Map.of(), List.of(Tensor.ofFloats("w", new long[] {1}, 1)));
        assertThatThrownBy(() -> TokenShardReader.open(folder.resolve("a")).close())
                .hasMessageContaining("is not a token shard of version 1");
        assertThat(Files.exists(folder.resolve("a"))).isTrue();
    }

    private static Tensor longs(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return Tensor.of(name, DType.I64, new long[] {values.length}, MemorySegment.ofBuffer(bytes));
    }
}
