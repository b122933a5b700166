package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;

/// The made corpus: every case must be refused by its rule, at its line and, where it has one, its column.
class BadInputTest {

    private static DatasetCheck check(byte[] file, List<Row> rows) throws IOException {
        DatasetCheck check = new DatasetCheck();
        check.file(new ByteArrayInputStream(file), (line, row) -> rows.add(row));
        return check;
    }

    private static boolean told(BadRows.Case bad, Finding finding) {
        return finding.severity() == Severity.ERROR
                && finding.rule().equals(bad.rule())
                && finding.line() == bad.line()
                && (bad.column() == 0 || finding.column() == bad.column());
    }

    private static List<BadRows.Case> corpus() {
        return Stream.concat(BadRows.all().stream(), BadFields.all().stream()).toList();
    }

    @Test
    void everyCaseIsRefusedByItsRuleAtItsPlaceAndNothingIsEchoed() throws IOException {
        List<BadRows.Case> corpus = corpus();
        List<String> wrong = new ArrayList<>();
        for (BadRows.Case bad : corpus) {
            List<Finding> findings =
                    check(bad.file(), new ArrayList<>()).findings().listed();
            if (findings.stream().noneMatch(finding -> told(bad, finding)))
                wrong.add("%s: expected %s at %d:%d, was %s"
                        .formatted(bad.name(), bad.rule(), bad.line(), bad.column(), places(findings)));
            if (findings.toString().contains(GoodRows.CANARY)) wrong.add(bad.name() + ": echoes the dataset");
            if (findings.stream()
                    .anyMatch(f -> f.message().isBlank() || !f.remedy().endsWith(".")))
                wrong.add(bad.name() + ": a finding has no message or remedy");
        }
        assertThat(corpus).hasSizeGreaterThan(3000);
        assertThat(wrong).isEmpty();
    }

    private static List<String> places(List<Finding> findings) {
        return findings.stream()
                .map(f -> "%s %s %d:%d".formatted(f.severity(), f.rule(), f.line(), f.column()))
                .toList();
    }

    /// Odd, and still good.
    @Test
    void framingThatIsOnlyOddIsAccepted() throws IOException {
        int seen = 0;
        for (GoodRows.Good good : GoodRows.ALL) {
            String json = good.json();
            for (String file : List.of(
                    json,
                    json + "\n",
                    json + "\r\n" + json + "\r\n",
                    "\uFEFF" + json,
                    "\n\n" + json,
                    json + "\n \t \n" + json,
                    "  \t" + json + "  ",
                    json.replace(":", " : ").replace(",\"", " ,\t\""),
                    json.replace(GoodRows.CANARY, "\u2028\u2029\u0085 \u0000".replace("\u0000", "\\u0000")),
                    json.replace(GoodRows.CANARY, "\\ud83d\\ude00 😀 \\u202e \\\\ \\/ \\\" \\n"),
                    json.replace(GoodRows.CANARY, "<|eot_id|><|im_end|>[INST]"),
                    json.replace(GoodRows.CANARY, "x".repeat(100_000)))) {
                List<Row> rows = new ArrayList<>();
                DatasetCheck check = check(file.getBytes(StandardCharsets.UTF_8), rows);
                assertThat(check.findings().errors())
                        .as(good.json() + " " + places(check.findings().listed()))
                        .isZero();
                assertThat(rows).isNotEmpty();
                seen++;
            }
        }
        assertThat(seen).isGreaterThanOrEqualTo(200);
    }

    @Test
    void aMillionEmptyObjectsAndAMillionKeysAreJudgedInFlatMemory() throws IOException {
        DatasetCheck rows = check("{}\n".repeat(200_000).getBytes(StandardCharsets.UTF_8), new ArrayList<>());
        assertThat(rows.findings().byRule()).containsEntry("row-unknown-format", 200_000L);
        assertThat(rows.findings().listed()).hasSize(Findings.LISTED);
        StringBuilder keys = new StringBuilder("{\"text\":\"a\"");
        for (int i = 0; i < 300_000; i++) keys.append(",\"k").append(i).append("\":0");
        DatasetCheck wide = check(keys.append('}').toString().getBytes(StandardCharsets.UTF_8), new ArrayList<>());
        assertThat(wide.findings().errors()).isZero();
        assertThat(wide.findings().byRule()).containsEntry("key-ignored", 1L);
        String repeated = "{\"text\":\"a\"" + ",\"text\":1".repeat(200_000) + "}";
        DatasetCheck twice = check(repeated.getBytes(StandardCharsets.UTF_8), new ArrayList<>());
        assertThat(twice.findings().byRule()).containsEntry("duplicate-key", 200_000L);
    }
}
