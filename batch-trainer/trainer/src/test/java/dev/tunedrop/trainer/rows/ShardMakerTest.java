package dev.tunedrop.trainer.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.TokenRow;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.run.Fixtures;

class ShardMakerTest {

    @TempDir
    Path folder;

    private BaseText text;

    @BeforeEach
    void load() {
        text = BaseText.load(Fixtures.stories260k());
    }

    @AfterEach
    void close() {
        if (text != null) text.close();
    }

    @Test
    void everyRowGoesToOneSideAndTheSplitIsTheSameEachTime() throws IOException {
        Path data = Fixtures.rows(folder.resolve("rows.jsonl"), 50);
        ShardMaker maker = new ShardMaker(text, 64);
        ShardMaker.Made made =
                maker.split(data, folder.resolve("t1"), folder.resolve("v1"), new HeldOutRows.Share(0.2, 7));
        maker.split(data, folder.resolve("t2"), folder.resolve("v2"), new HeldOutRows.Share(0.2, 7));
        assertThat(made.rows()).isEqualTo(50);
        assertThat(made.heldOut()).isEqualTo(10);
        assertThat(folder.resolve("t1")).hasSameBinaryContentAs(folder.resolve("t2"));
        assertThat(folder.resolve("v1")).hasSameBinaryContentAs(folder.resolve("v2"));
        try (TokenShardReader train = TokenShardReader.open(folder.resolve("t1"))) {
            assertThat(train.rows()).isEqualTo(40);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsFromTheNamedLineOnAreHeldOutAndNoneBeforeIt(boolean labelled) throws IOException {
        Path data = folder.resolve("rows.jsonl");
        StringBuilder lines = new StringBuilder("\n"); // a blank line counts, as it does for a drop
        for (int i = 2; i <= 40; i++)
            lines.append((labelled
                            ? "{\"text\": \"row %d\", \"label\": %d}%n"
                            : "{\"prompt\": \"row %d\", \"completion\": \"%d\"}%n")
                    .formatted(i, i % 2));
        Files.writeString(data, lines);
        Shards shards = labelled ? new LabelledShards(text, LabelledShards.labels(data), 64) : new ShardMaker(text, 64);
        ShardMaker.Made made = shards.split(data, folder.resolve("t"), folder.resolve("v"), new HeldOutRows.From(31));
        assertThat(made.heldOut()).isEqualTo(10);
        assertThat(lines("t")).isEqualTo(LongStream.rangeClosed(2, 30).boxed().toList());
        assertThat(lines("v")).isEqualTo(LongStream.rangeClosed(31, 40).boxed().toList());
        assertThatThrownBy(() -> shards.split(data, folder.resolve("t"), folder.resolve("v"), new HeldOutRows.From(2)))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("has no row before line 2")
                .hasMessageContaining("Raise validationFrom");
    }

    private List<Long> lines(String shard) throws IOException {
        try (TokenShardReader rows = TokenShardReader.open(folder.resolve(shard))) {
            return LongStream.range(0, rows.rows())
                    .mapToObj(row -> rows.row(row).line())
                    .toList();
        }
    }

    @Test
    void theSettingsLineGoesBeforeTheirShare() {
        RunSettings named = SettingsFile.read("{\"validationFrom\": 31}".getBytes(StandardCharsets.UTF_8), "settings");
        assertThat(HeldOutRows.of(named)).isEqualTo(new HeldOutRows.From(31));
        assertThat(HeldOutRows.of(SettingsFile.defaults())).isInstanceOf(HeldOutRows.Share.class);
    }

    @Test
    void aSmallShareOfTenRowsStillHoldsOneOutAndNoneOfNine() throws IOException {
        ShardMaker maker = new ShardMaker(text, 64);
        Path ten = Fixtures.rows(folder.resolve("ten"), 10);
        Path nine = Fixtures.rows(folder.resolve("nine"), 9);
        assertThat(maker.split(ten, folder.resolve("t"), folder.resolve("v"), new HeldOutRows.Share(0.01, 7))
                        .heldOut())
                .isEqualTo(1);
        assertThat(maker.split(nine, folder.resolve("t"), folder.resolve("v"), new HeldOutRows.Share(0.01, 7))
                        .heldOut())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\": \"a\", \"completion\": }     | is not valid JSON",
                "[1]                                        | is not a JSON object",
                "{\"prompt\": \"a\"}                        | has no text in \"completion\"",
                "{\"prompt\": 1, \"completion\": \"b\"}     | has no text in \"prompt\"",
                "{\"a\": 1, \"a\": 2}                       | is not valid JSON",
                "{\"messages\": []}                         | has no messages",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]} | has no assistant message",
                "{\"messages\": [{\"role\": \"assistant\", \"content\": \"x\", \"weight\": 2}]} | neither 0 nor 1",
            })
    void aRowThatCannotBeTrainedOnIsNamedByItsLine(String row, String message) throws IOException {
        Path data = folder.resolve("rows.jsonl");
        Files.writeString(data, "{\"prompt\": \"a\", \"completion\": \"b\"}\n\n" + row + "\n");
        assertThatThrownBy(() -> new ShardMaker(text, 64).all(data, folder.resolve("shard")))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining(data + ", line 3")
                .hasMessageContaining(message);
        assertThat(folder.resolve("shard")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\": \"a\", \"completion\": \"b\"}       | has no pair of answers, which the first row has",
                "{\"prompt\": \"a\", \"chosen\": \"b\"}           | has neither text nor messages in \"rejected\"",
                "{\"chosen\": \"a\", \"rejected\": \"b\"}         | has neither text nor messages in \"prompt\"",
                "{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"b\"} | has the same answer twice",
                "{\"prompt\": \"a\", \"chosen\": [{\"role\": \"assistant\"}], \"rejected\": \"b\"} | without role or content",
                "{\"prompt\": \"a\", \"chosen\": [{\"role\": \"user\", \"content\": \"b\"}], \"rejected\": \"b\"} "
                        + "| has no assistant message in \"chosen\"",
            })
    void aPairThatCannotBeTrainedOnIsNamedByItsLine(String row, String message) throws IOException {
        Path data = folder.resolve("rows.jsonl");
        Files.writeString(data, "{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\"}\n" + row + "\n");
        assertThatThrownBy(() -> new ShardMaker(text, 64).all(data, folder.resolve("shard")))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining(data + ", line 2")
                .hasMessageContaining(message);
        assertThat(folder.resolve("shard")).doesNotExist();
    }

    /// One pair in the plain form, with messages, and as OpenAI writes it: the same tokens.
    @Test
    void everyDialectOfAPairGivesTheSameTwoRows() throws IOException {
        String user = "[{\"role\": \"user\", \"content\": \"Is it big?\"}]";
        String yes = "[{\"role\": \"assistant\", \"content\": \"Yes, big.\"}]";
        String no = "[{\"role\": \"assistant\", \"content\": \"No.\"}]";
        List<String> dialects = List.of(
                "{\"prompt\": \"Is it big?\", \"chosen\": \"Yes, big.\", \"rejected\": \"No.\"}",
                "{\"prompt\": " + user + ", \"chosen\": " + yes + ", \"rejected\": " + no + "}",
                "{\"input\": {\"messages\": " + user + "}, \"preferred_output\": " + yes
                        + ", \"non_preferred_output\": " + no + "}");
        Path data = Files.write(folder.resolve("pairs.jsonl"), dialects);
        try (BaseText chat = BaseText.load(Fixtures.synthetic("llama3"))) {
            ShardMaker.Made made = new ShardMaker(chat, 64).all(data, folder.resolve("shard"));
            assertThat(made.rows()).isEqualTo(3);
            assertThat(made.trainedTokens()).isPositive();
        }
        try (TokenShardReader shard = TokenShardReader.open(folder.resolve("shard"))) {
            assertThat(shard.pairs()).isTrue();
            assertThat(shard.rows()).isEqualTo(6);
            for (int row = 2; row < 6; row++) {
                assertThat(shard.row(row).ids()).isEqualTo(shard.row(row % 2).ids());
                assertThat(shard.row(row).trained())
                        .isEqualTo(shard.row(row % 2).trained());
                assertThat(shard.row(row).line()).isEqualTo(row / 2 + 1);
            }
        }
    }

    @Test
    void anEarlierAnswerInThePromptOfAPairIsNotLearnt() throws IOException {
        String question = "{\"role\": \"user\", \"content\": \"Is it big?\"}";
        String earlier = question + ", {\"role\": \"assistant\", \"content\": \"It is small.\"}, ";
        String answers = "\"chosen\": \"Yes, big.\", \"rejected\": \"No.\"}";
        Path data = Files.write(
                folder.resolve("pairs.jsonl"),
                List.of(
                        "{\"prompt\": [" + question + "], " + answers,
                        "{\"prompt\": [" + earlier + question + "], " + answers));
        try (BaseText chat = BaseText.load(Fixtures.synthetic("llama3"))) {
            new ShardMaker(chat, 256).all(data, folder.resolve("shard"));
        }
        try (TokenShardReader shard = TokenShardReader.open(folder.resolve("shard"))) {
            assertThat(shard.length(2)).isGreaterThan(shard.length(0));
            for (int row = 0; row < 2; row++)
                assertThat(learnt(shard.row(row + 2)))
                        .isEqualTo(learnt(shard.row(row)))
                        .isPositive();
        }
    }

    private static int learnt(TokenRow row) {
        int count = 0;
        for (boolean trained : row.trained()) if (trained) count++;
        return count;
    }

    @Test
    void bothAnswersOfAPairGoToTheSameSide() throws IOException {
        Path data = Fixtures.pairs(folder.resolve("pairs.jsonl"), 20);
        ShardMaker.Made made = new ShardMaker(text, 64)
                .split(data, folder.resolve("t"), folder.resolve("v"), new HeldOutRows.Share(0.2, 7));
        assertThat(made.heldOut()).isEqualTo(4);
        for (String side : List.of("t", "v"))
            try (TokenShardReader shard = TokenShardReader.open(folder.resolve(side))) {
                assertThat(shard.rows()).isEqualTo(side.equals("t") ? 32 : 8);
                for (int row = 0; row < shard.rows(); row += 2)
                    assertThat(shard.row(row).line())
                            .isEqualTo(shard.row(row + 1).line());
            }
    }

    @Test
    void anEmptyFileAMissingOneAndGzipAreRefused() throws IOException {
        ShardMaker maker = new ShardMaker(text, 64);
        Path empty = Files.createFile(folder.resolve("empty.jsonl"));
        assertThatThrownBy(() -> maker.all(empty, folder.resolve("s"))).hasMessageContaining("has no rows");
        assertThatThrownBy(() -> maker.all(folder.resolve("absent"), folder.resolve("s")))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("There is no file");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("{}".getBytes(StandardCharsets.UTF_8));
        }
        Path packed = Files.write(folder.resolve("packed.jsonl"), bytes.toByteArray());
        assertThatThrownBy(() -> maker.all(packed, folder.resolve("s"))).hasMessageContaining("gzip");
    }

    @Test
    void bytesThatAreNotUtf8AndLinesBeyondEightMebibytesAreRefused() throws IOException {
        ShardMaker maker = new ShardMaker(text, 64);
        Path latin = Files.write(folder.resolve("latin.jsonl"), new byte[] {'{', '"', (byte) 0xe9, '"', '}'});
        assertThatThrownBy(() -> maker.all(latin, folder.resolve("s"))).hasMessageContaining("line 1 is not UTF-8");
        Path longLine = Files.write(folder.resolve("long.jsonl"), new byte[JsonLines.MAX_LINE_BYTES + 1]);
        assertThatThrownBy(() -> maker.all(longLine, folder.resolve("s"))).hasMessageContaining("longer than 8 MiB");
    }
}
