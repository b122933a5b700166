package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;

/// Whatever the bytes, a file is judged by findings and by no exception; what the strict parser accepts Jackson
/// accepts, and every row that is handed on reads back from its canonical form.
///
/// `JAZZER_FUZZ=1 ./mvnw -pl functions -am test -Dtest='RowsFuzzTest#anyFileIsJudged'` fuzzes, guided by coverage;
/// without it Jazzer's test runs its saved inputs. The seeded mutations run in every build.
class RowsFuzzTest {

    private static final int MUTATIONS = 6_000;
    private static final ObjectMapper JACKSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final List<String> WORDS = List.of(
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "true",
            "0",
            "1e308",
            "\\u0000",
            "\\ud83d",
            "\n",
            "\r",
            "é",
            "\"role\":",
            "\"messages\":[",
            "\"text\":",
            "\"chosen\":",
            "\"tool_calls\":[",
            "\"value\":",
            "[]",
            "{}",
            "\"\"");

    private static void judged(byte[] file) throws IOException {
        List<Row> rows = new ArrayList<>();
        DatasetCheck check = new DatasetCheck();
        check.file(new ByteArrayInputStream(file), (line, row) -> rows.add(row));
        for (Row row : rows)
            assertThat(Json.read(Json.writeLine(row), Row.class, "fuzz")).isEqualTo(row);
        if (rows.isEmpty()) assertThat(check.findings().errors()).isPositive();
        parsed(file);
    }

    private static void parsed(byte[] file) throws IOException {
        try {
            StrictJson.parse(file);
        } catch (JsonDefect refused) {
            assertThat(refused.at()).isBetween(0, file.length);
            return;
        }
        assertThat(JACKSON.readTree(file)).isNotNull();
    }

    @FuzzTest(maxDuration = "60s")
    void anyFileIsJudged(byte[] file) throws IOException {
        judged(file);
    }

    @Test
    void everyMutationOfAGoodRowIsJudged() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < MUTATIONS; round++) {
            byte[] row =
                    GoodRows.ALL.get(random.nextInt(GoodRows.ALL.size())).json().getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(4); change >= 0; change--) row = changed(row, random);
            judged(row);
        }
    }

    private static byte[] changed(byte[] row, Random random) {
        int at = random.nextInt(row.length + 1);
        int to = Math.min(row.length, at + random.nextInt(12));
        byte[] word = WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(4)) {
            case 0 -> joined(Arrays.copyOf(row, at), word, Arrays.copyOfRange(row, at, row.length));
            case 1 -> joined(Arrays.copyOf(row, at), new byte[0], Arrays.copyOfRange(row, to, row.length));
            case 2 ->
                joined(
                        Arrays.copyOf(row, at),
                        new byte[] {(byte) random.nextInt(256)},
                        Arrays.copyOfRange(row, to, row.length));
            default ->
                joined(
                        Arrays.copyOf(row, to),
                        Arrays.copyOfRange(row, at, to),
                        Arrays.copyOfRange(row, to, row.length));
        };
    }

    private static byte[] joined(byte[] a, byte[] b, byte[] c) {
        byte[] all = Arrays.copyOf(a, a.length + b.length + c.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        System.arraycopy(c, 0, all, a.length + b.length, c.length);
        return all;
    }
}
