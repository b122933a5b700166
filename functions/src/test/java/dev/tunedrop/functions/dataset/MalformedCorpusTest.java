package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.Finding;

/// Corpora that others made to break parsers.
class MalformedCorpusTest {

    private static final byte[] GOOD_LINE =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}\n"
                    .getBytes(StandardCharsets.UTF_8);

    private static Path malformed() {
        Path folder = Path.of(System.getProperty("tunedrop.shared", ""), "data", "malformed");
        assumeTrue(Files.isDirectory(folder), "shared data is absent: " + folder);
        return folder;
    }

    private static List<Path> parsingCases() throws IOException {
        try (Stream<Path> files = Files.list(malformed().resolve("JSONTestSuite/test_parsing"))) {
            return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
    }

    /// `file <tab> accept|refuse <tab> why`.
    private static Map<String, String> decided() throws IOException {
        Map<String, String> decisions = new TreeMap<>();
        byte[] table = Optional.ofNullable(MalformedCorpusTest.class.getResourceAsStream("jsontestsuite-i.tsv"))
                .orElseThrow()
                .readAllBytes();
        for (String line : new String(table, StandardCharsets.UTF_8).lines().toList()) {
            if (line.startsWith("#")) continue;
            String[] cells = line.split("\t", -1);
            decisions.put(cells[0], cells[1]);
        }
        return decisions;
    }

    private static boolean accepted(byte[] bytes) {
        try {
            StrictJson.parse(bytes);
            return true;
        } catch (JsonDefect e) {
            return false;
        }
    }

    @Test
    void everyParsingCaseGetsItsVerdictAsAWholeFile() throws IOException {
        Map<String, String> decisions = decided();
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (Path file : parsingCases()) {
            String name = file.getFileName().toString();
            String expected = switch (name.charAt(0)) {
                case 'y' -> "accept";
                case 'n' -> "refuse";
                default -> String.valueOf(decisions.get(name));
            };
            String actual = accepted(Files.readAllBytes(file)) ? "accept" : "refuse";
            if (!actual.equals(expected)) wrong.add(name + " expected " + expected);
            seen++;
        }
        assertThat(seen).isEqualTo(318);
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyUndecidedCaseIsDecidedInTheTableAndNoOther() throws IOException {
        List<String> undecided = parsingCases().stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.startsWith("i_"))
                .toList();
        assertThat(undecided).hasSize(35);
        assertThat(decided().keySet()).containsExactlyElementsOf(undecided);
    }

    @Test
    void asTheMiddleLineEveryRefusedCaseIsReportedOnItsOwnLines() throws IOException {
        int refused = 0;
        for (Path file : parsingCases()) {
            byte[] content = Files.readAllBytes(file);
            DatasetCheck check = checkInTheMiddle(content);
            String name = file.getFileName().toString();
            if (name.startsWith("n_")) {
                boolean onlyBlank = new String(content, StandardCharsets.ISO_8859_1).isBlank();
                if (!onlyBlank) assertThat(check.findings().errors()).as(name).isPositive();
                refused++;
            }
            boolean oneLine =
                    !new String(content, StandardCharsets.UTF_8).strip().contains("\n");
            if (name.startsWith("y_") && oneLine)
                assertThat(check.findings().listed()).as(name).noneMatch(MalformedCorpusTest::isAboutSyntax);
            long lines = new String(content, StandardCharsets.ISO_8859_1)
                            .chars()
                            .filter(c -> c == '\n')
                            .count()
                    + 1;
            assertThat(check.findings().listed())
                    .as(name)
                    .allMatch(f -> f.line() == 0 || (f.line() >= 2 && f.line() <= 1 + lines));
        }
        assertThat(refused).isEqualTo(188);
    }

    /// `file <tab> as a whole file <tab> between two good rows`: what is said first, `rule line:column` or `ok`.
    @Test
    void everyParsingCaseIsRefusedByTheRuleAndAtThePlaceInTheTable() throws IOException {
        List<String> actual = new ArrayList<>();
        for (Path file : parsingCases()) {
            byte[] content = Files.readAllBytes(file);
            actual.add("%s\t%s\t%s".formatted(file.getFileName(), first(check(content)), first(checkInTheMiddle(content))));
        }
        byte[] table = Optional.ofNullable(MalformedCorpusTest.class.getResourceAsStream("jsontestsuite.tsv"))
                .orElseThrow()
                .readAllBytes();
        assertThat(actual).hasSize(318);
        assertThat(actual)
                .containsExactlyElementsOf(
                        new String(table, StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).toList());
    }

    private static String first(DatasetCheck check) {
        return check.findings().listed().stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .map(finding -> "%s %d:%d".formatted(finding.rule(), finding.line(), finding.column()))
                .findFirst()
                .orElse("ok");
    }

    private static boolean isAboutSyntax(Finding finding) {
        return finding.rule().startsWith("json-") || finding.rule().startsWith("utf8-");
    }

    private static DatasetCheck checkInTheMiddle(byte[] content) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(GOOD_LINE);
        file.write(content);
        file.write('\n');
        file.write(GOOD_LINE);
        return check(file.toByteArray());
    }

    private static DatasetCheck check(byte[] file) throws IOException {
        DatasetCheck check = new DatasetCheck();
        check.file(new ByteArrayInputStream(file), (line, row) -> {});
        return check;
    }

    @Test
    void everyChatFileGetsItsVerdictAndRule() throws IOException {
        Map<String, String> expected = new TreeMap<>(Map.ofEntries(
                Map.entry("00_ok.jsonl", "ok 2"),
                Map.entry("02_ok_crlf.jsonl", "ok 2"),
                Map.entry("04_blank_lines.jsonl", "ok 2"),
                Map.entry("06_json_array.jsonl", "file-json-array"),
                Map.entry("08_two_objects_one_line.jsonl", "json-trailing-content"),
                Map.entry("10_utf16le.jsonl", "utf16"),
                Map.entry("12_nul_byte.jsonl", "json-control-character"),
                Map.entry("14_nan.jsonl", "json-nan"),
                Map.entry("16_trailing_comma.jsonl", "json-trailing-comma"),
                Map.entry("18_dup_key.jsonl", "duplicate-key"),
                Map.entry("20_messages_not_list.jsonl", "messages-not-list"),
                Map.entry("22_message_not_object.jsonl", "message-not-object"),
                Map.entry("24_missing_content.jsonl", "content-missing"),
                Map.entry("26_content_number.jsonl", "content-not-text"),
                Map.entry("28_unknown_role.jsonl", "role-unknown"),
                Map.entry("30_no_assistant.jsonl", "no-assistant"),
                Map.entry("32_weight_2.jsonl", "weight-invalid"),
                Map.entry("34_tool_calls.jsonl", "ok 1"),
                Map.entry("36_image_part.jsonl", "modality-unsupported"),
                Map.entry("38_empty.jsonl", "file-empty"),
                Map.entry("40_deep_nesting.jsonl", "json-limit"),
                Map.entry("42_special_token_injection.jsonl", "ok 1"),
                Map.entry("44_u2028.jsonl", "ok 1")));
        Map<String, String> actual = new TreeMap<>();
        try (Stream<Path> files = Files.list(malformed().resolve("chat"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList())
                actual.put(file.getFileName().toString(), verdict(check(Files.readAllBytes(file))));
        }
        assertThat(actual).containsAllEntriesOf(expected);
    }

    private static String verdict(DatasetCheck check) {
        return check.findings().listed().stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .map(Finding::rule)
                .findFirst()
                .orElse("ok " + check.rows());
    }
}
