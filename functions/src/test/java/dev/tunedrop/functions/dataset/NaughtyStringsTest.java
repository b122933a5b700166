package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Finding;

/// The big list of naughty strings at every place of a row where a text may stand: each is read as it is, and none is
/// told to anybody.
class NaughtyStringsTest {

    /// What a text may be, beside which it is checked that the reader took it over.
    private static final List<String> PLACES = List.of(
            "{\"messages\":[{\"role\":\"system\",\"content\":~},{\"role\":\"user\",\"content\":~},"
                    + "{\"role\":\"assistant\",\"content\":~}]}",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":~}]},"
                    + "{\"role\":\"assistant\",\"content\":\"a\"}]}",
            "{\"messages\":[{\"role\":\"user\",\"name\":~,\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"a\"}]}",
            "{\"prompt\":~,\"completion\":\"a\"}",
            "{\"instruction\":\"i\",\"input\":~,\"output\":\"a\"}",
            "{\"conversations\":[{\"from\":\"human\",\"value\":~},{\"from\":\"gpt\",\"value\":\"a\"}]}",
            "{\"prompt\":\"q\",\"chosen\":\"a\",\"rejected\":~}",
            "{\"schemaVersion\":\"bedrock-conversation-2024\",\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":~}]},"
                    + "{\"role\":\"assistant\",\"content\":[{\"text\":\"a\"}]}]}",
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":~}]},{\"role\":\"model\",\"parts\":[{\"text\":\"a\"}]}]}",
            "{\"text\":\"t\",\"label\":\"l\",\"metadata\":{\"note\":~}}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"a\"}],\"metadata\":~}");

    /// At these an empty or blank one is refused, or another type asked for.
    private static final List<String> STRICT_PLACES = List.of(
            "{\"text\":~}",
            "{\"text\":\"t\",\"label\":~}",
            "{\"prompt\":\"q\",\"completion\":~}",
            "{\"messages\":[{\"role\":~,\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"a\"}]}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"a\",\"weight\":~}]}",
            "{\"schemaVersion\":~,\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]}]}",
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]}],\"completions\":[{\"score\":~}]}");

    private static List<String> naughty() throws IOException {
        Path file = Path.of(System.getProperty("tunedrop.shared", ""), "data", "malformed", "blns.json");
        assumeTrue(Files.isRegularFile(file), "shared data is absent: " + file);
        return List.of(Json.read(Files.readAllBytes(file), String[].class, "blns.json"));
    }

    private static String quoted(String text) {
        return Json.writeLine(text);
    }

    private static DatasetCheck check(String file, List<Row> rows) throws IOException {
        DatasetCheck check = new DatasetCheck();
        check.file(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), (line, row) -> rows.add(row));
        return check;
    }

    /// Short ones are words of our own messages too.
    private static void echoesNot(String naughty, DatasetCheck check, String where) {
        if (naughty.strip().length() < 12) return;
        for (Finding finding : check.findings().listed())
            assertThat(finding.message() + finding.remedy() + finding.field())
                    .as(where)
                    .doesNotContain(naughty.strip());
    }

    @Test
    void asATextOrAsMetadataEachIsTakenOverAsItIs() throws IOException {
        List<String> all = naughty();
        assertThat(all).hasSize(515);
        int cases = 0;
        for (String naughty : all)
            for (String place : PLACES) {
                List<Row> rows = new ArrayList<>();
                DatasetCheck check = check(place.replace("~", quoted(naughty)), rows);
                assertThat(check.findings().errors()).as(place + " of " + quoted(naughty)).isZero();
                String canonical = Json.writeLine(rows.getFirst());
                assertThat(Json.read(canonical, Row.class, "a row")).isEqualTo(rows.getFirst());
                String escaped = quoted(naughty);
                if (!place.contains("metadata") && !naughty.isBlank())
                    assertThat(canonical).as(place).contains(escaped.substring(1, escaped.length() - 1));
                echoesNot(naughty, check, place);
                cases++;
            }
        assertThat(cases).isEqualTo(515 * PLACES.size());
    }

    @Test
    void asAKeyEachIsAKeyNobodyReadsOrOneThatStandsTwice() throws IOException {
        for (String naughty : naughty()) {
            String row = "{%s:1,\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",%s:{},\"content\":\"a\"}]}"
                    .formatted(quoted(naughty), quoted(naughty));
            DatasetCheck check = check(row, new ArrayList<>());
            assertThat(check.findings().errors()).as(quoted(naughty)).isZero();
            assertThat(check.findings().byRule()).as(quoted(naughty)).containsKey("key-ignored");
            echoesNot(naughty, check, "a key");
            DatasetCheck twice = check("{%s:1,%s:2,\"text\":\"t\"}".formatted(quoted(naughty), quoted(naughty)), new ArrayList<>());
            assertThat(twice.findings().byRule()).as(quoted(naughty)).containsKey("duplicate-key");
            echoesNot(naughty, twice, "a key that stands twice");
        }
    }

    /// Where only some words are good, the message names the words and never the text.
    @Test
    void whereAWordIsAskedForNoneIsEchoed() throws IOException {
        int refused = 0;
        for (String naughty : naughty())
            for (String place : STRICT_PLACES) {
                DatasetCheck check = check(place.replace("~", quoted(naughty)), new ArrayList<>());
                echoesNot(naughty, check, place);
                if (check.findings().errors() > 0) refused++;
            }
        assertThat(refused).isGreaterThan(2000);
    }
}
