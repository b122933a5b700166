package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;

class DatasetCheckTest {

    private static final String USER = "{\"role\":\"user\",\"content\":\"q\"}";
    private static final String GOOD = "{\"messages\":[" + USER + ",{\"role\":\"assistant\",\"content\":\"a\"}]}";

    private final List<Row> rows = new ArrayList<>();

    private DatasetCheck check(byte[] file) throws IOException {
        rows.clear();
        DatasetCheck check = new DatasetCheck();
        check.file(new ByteArrayInputStream(file), (line, row) -> rows.add(row));
        return check;
    }

    private DatasetCheck check(String file) throws IOException {
        return check(file.getBytes(StandardCharsets.UTF_8));
    }

    private Finding error(String line) throws IOException {
        return check(line).findings().listed().stream()
                .filter(f -> f.severity() == Severity.ERROR)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no error in " + line));
    }

    private static String chat(String... messages) {
        return "{\"messages\":[" + String.join(",", messages) + "]}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"messages\":[]} | messages-empty | 13",
                "{\"messages\":[{\"content\":\"x\"}]} | role-missing | 14",
                "{\"messages\":[{\"role\":\"bot\",\"content\":\"x\"}]} | role-unknown | 22",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":null}]} | content-missing | 44",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":[]}]} | content-missing | 44",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"weight\":1.0}]} | weight-invalid | 57",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"weight\":true}]} | weight-invalid | 57",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"weight\":0}]} | weight-misplaced | 52",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"weight\":0}]} | nothing-trained | 13",
                "{\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]} | tool-call-id-missing | 14",
                "{\"conversations\":[]} | messages-empty | 18",
                "{\"instruction\":\"a\"} | field-missing | 1",
                "{\"question\":\"a\"} | row-unknown-format | 1",
                "{\"prompt\":\"a\"} | field-missing | 1",
                "{\"prompt\":\"a\",\"completion\":\"\"} | completion-empty | 1",
                "{\"prompt\":1,\"completion\":\"b\"} | content-not-text | 11",
                "{\"prompt\":\"a\",\"completion\":\"b\",\"messages\":[]} | row-ambiguous | 1",
                "\"text\" | row-not-object | 1",
                "{\"messages\":[1,]} | json-trailing-comma | 16",
                "{'messages':1} | json-single-quote | 2",
                "{\"messages\": | json-unfinished | 13",
                "{\"a\":Infinity} | json-nan | 6",
                "{\"a\":1e999} | json-number-range | 6",
                "{\"a\":\"\\ud800\"} | json-lone-surrogate | 7",
                "{\"a\":1} {} | json-trailing-content | 9",
                "{\"messages\":[{\"role\":\"assistant\",\"role\":\"assistant\",\"content\":\"a\"}]} | duplicate-key | 34",
            })
    void anErrorNamesItsRuleAndByteColumn(String line, String rule, long column) throws IOException {
        Finding error = error(line);
        assertThat(error.rule()).isEqualTo(rule);
        assertThat(error.line()).isEqualTo(1);
        assertThat(error.column()).as("column of " + rule).isEqualTo(column);
        assertThat(error.message()).isNotBlank();
        assertThat(error.remedy()).endsWith(".");
    }

    @Test
    void anAnswerThatSaysNothingIsToldUnlessItIsNotTrained() throws IOException {
        String spoken = "{\"role\":\"assistant\",\"content\":\"a\"}";
        for (String said : List.of("", " ", "\\n\\t")) {
            String answer = "{\"role\":\"assistant\",\"content\":\"" + said + "\"}";
            assertThat(ofLines(chat(USER, answer)))
                    .as(said)
                    .extracting(Finding::rule, Finding::severity, Finding::line)
                    .containsExactly(tuple("content-empty", Severity.WARNING, 1L));
            String silent = answer.replace("}", ",\"weight\":0}");
            assertThat(ofLines(chat(USER, silent, USER, spoken))).as(said).isEmpty();
        }
    }

    private List<Finding> ofLines(String file) throws IOException {
        return check(file).findings().listed().stream()
                .filter(finding -> finding.line() > 0)
                .toList();
    }

    @Test
    void columnsCountBytesNotCharacters() throws IOException {
        assertThat(error("{\"é\":\u0001}").column()).isEqualTo(7);
    }

    @Test
    void invalidUtf8IsRefusedAtItsFirstByte() throws IOException {
        byte[] latin1 = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        Finding error = check(latin1).findings().listed().stream()
                .filter(f -> f.severity() == Severity.ERROR)
                .findFirst()
                .orElseThrow();
        assertThat(error.rule()).isEqualTo("utf8-invalid");
        assertThat(error.column()).isEqualTo(7);
    }

    @Test
    void aByteOrderMarkIsSkippedWithAWarning() throws IOException {
        DatasetCheck check = check("\uFEFF" + GOOD + "\n" + GOOD);
        assertThat(check.findings().errors()).isZero();
        assertThat(check.findings().byRule()).containsEntry("utf8-bom", 1L);
        assertThat(rows).hasSize(2);
        assertThat(error(GOOD + "\n\uFEFF" + GOOD).rule()).isEqualTo("utf8-bom");
    }

    @Test
    void aLineOfEightMebibytesIsRefusedByNumberAndTheRestIsStillChecked() throws IOException {
        String big = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(8 << 20) + "\"}]}";
        DatasetCheck check = check(GOOD + "\n" + big + "\n{\"messages\":[]}\n");
        assertThat(check.findings().listed())
                .filteredOn(f -> f.severity() == Severity.ERROR)
                .extracting(Finding::rule, Finding::line)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("line-too-long", 2L),
                        org.assertj.core.groups.Tuple.tuple("messages-empty", 3L));
    }

    @Test
    void aPrettyPrintedFileIsNamedAsOne() throws IOException {
        assertThat(error("{\n  \"messages\": []\n}\n").rule()).isEqualTo("file-pretty-printed");
    }

    @Test
    void twoFormatsInOneFileAreRefused() throws IOException {
        assertThat(error(GOOD + "\n{\"prompt\":\"a\",\"completion\":\"b\"}\n").rule())
                .isEqualTo("format-mixed");
    }

    @Test
    void weightNullAndTextPartsAndDeveloperAreRead() throws IOException {
        check(chat(
                "{\"role\":\"developer\",\"content\":\"s\"}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}",
                "{\"role\":\"assistant\",\"content\":\"x\",\"weight\":0}",
                "{\"role\":\"user\",\"content\":\"c\"}",
                "{\"role\":\"assistant\",\"content\":\"y\",\"weight\":null}"));
        assertThat(rows)
                .singleElement()
                .isEqualTo(new Row.Chat(List.of(
                        new Row.Message("system", "s", false),
                        new Row.Message("user", "ab", false),
                        new Row.Message("assistant", "x", false),
                        new Row.Message("user", "c", false),
                        new Row.Message("assistant", "y", true))));
    }

    @Test
    void findingsNeverHoldTheDatasetsText() throws IOException {
        String secret = "hunter2-secret";
        String[] bad = {
            "{\"messages\":[{\"role\":\"%s\",\"content\":\"x\"}]}",
            "{\"messages\":\"%s\"}",
            "{\"%s\":1}",
            "{\"a\":%s}",
            "%s",
            "[\"%s\"]"
        };
        for (String line : bad)
            assertThat(check(line.formatted(secret)).findings().listed().toString())
                    .isNotEmpty()
                    .doesNotContain("hunter2");
    }

    @Test
    void aThousandErrorsAreCountedAndTheFirstHundredListed() throws IOException {
        DatasetCheck check = check("{\"messages\":[]}\n".repeat(1000));
        assertThat(check.findings().byRule()).containsEntry("messages-empty", 1000L);
        assertThat(check.findings().listed()).hasSize(Findings.LISTED);
        assertThat(check.findings().listed().getLast().line()).isEqualTo(100);
        assertThat(check.refusedRows()).isEqualTo(1000);
    }

    @Test
    void manyWarningsLeaveRoomForTheErrors() throws IOException {
        DatasetCheck check = check("\n".repeat(500) + "{\"messages\":[]}\n");
        assertThat(check.findings().listed()).anyMatch(f -> f.rule().equals("messages-empty") && f.line() == 501);
    }
}
