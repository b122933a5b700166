package dev.tunedrop.functions.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.functions.checks.sketch.SketchFile;
import dev.tunedrop.functions.checks.sketch.SketchWriter;
import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

class RowChecksTest {

    private static final String ENGLISH =
            "Please tell me what you have done with the parcel that was sent to my house by the shop on the corner";
    private static final String GERMAN =
            "Bitte sagen Sie mir, wo das Paket ist, das der Laden für mich nach Hause geschickt hat, und wie es mit der Rechnung wird";

    private static final Row.Tool WEATHER = new Row.Tool(
            "weather",
            null,
            Json.read(
                    "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}",
                    JsonNode.class,
                    "test"),
            null);

    @TempDir
    Path folder;

    @Test
    void anEmptyAnswerAnEchoAndALoopAreTold() throws IOException {
        Findings findings = check(List.of(
                Rows.chat("Hello", "Hi"),
                Rows.chat("Hello", " "),
                Rows.chat("Say this", "Say this"),
                Rows.chat("Hungry", "Eat a banana! ".repeat(40))));
        assertThat(places(findings)).contains("answer-empty 2", "answer-echo 3", "answer-loop 4");
        assertThat(findings.byRule()).doesNotContainKeys("language-outlier", "length-long");
    }

    @Test
    void proseIsNoLoop() throws IOException {
        StringBuilder prose = new StringBuilder();
        for (int i = 0; i < 100; i++) prose.append("sentence ").append(i).append(" follows the one before it. ");
        assertThat(check(List.of(Rows.chat("Go on", prose.toString()))).byRule())
                .doesNotContainKey("answer-loop");
    }

    @Test
    void aCallThatFitsItsSchemaPasses() throws IOException {
        assertThat(check(List.of(toolRow("1", "weather", "{\"city\":\"Ulm\"}", "1")))
                        .byRule())
                .isEmpty();
    }

    @Test
    void eachDefectOfAToolCallIsToldByItsOwnRule() throws IOException {
        Findings findings = check(List.of(
                toolRow("1", "weather", "{\"city\":", "1"),
                toolRow("1", "weather", "{\"city\":7}", "1"),
                toolRow("1", "wether", "{\"city\":\"Ulm\"}", "1"),
                toolRow("1", "weather", "{\"city\":\"Ulm\"}", "2"),
                toolRow("1", "weather", "[]", "1")));
        assertThat(places(findings))
                .containsExactlyInAnyOrder(
                        "tool-arguments-not-json 1",
                        "tool-arguments-misfit 2",
                        "tool-unknown 3",
                        "tool-id-unmatched 4",
                        "tool-arguments-not-json 5");
    }

    @Test
    void aSchemaThatReachesOutsideIsNotFetchedButTold() throws IOException {
        JsonNode outside = Json.read("{\"$ref\":\"http://127.0.0.1:9/schema.json\"}", JsonNode.class, "test");
        Row.Chat row = new Row.Chat(
                List.of(Rows.user("?"), Rows.answer("!")), List.of(new Row.Tool("t", null, outside, null)), null);
        assertThat(places(check(List.of(row)))).containsExactly("tool-schema-unusable 1");
    }

    private static Row toolRow(String id, String tool, String arguments, String answered) {
        return new Row.Chat(
                List.of(
                        Rows.user("How is the weather?"),
                        Rows.call(id, tool, arguments),
                        Rows.result(answered, "rain"),
                        Rows.answer("It rains.")),
                List.of(WEATHER),
                null);
    }

    @Test
    void oneRowInAnotherLanguageIsAnOutlierAndHalfOfThemAreNot() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) rows.add(Rows.chat(ENGLISH + " " + i, ENGLISH + i));
        rows.set(41, Rows.chat(GERMAN, GERMAN));
        rows.set(17, Rows.chat("我想知道我的包裹在哪里,请告诉我它什么时候会到达我的家", "您的包裹已经在路上了,请您耐心等待几天"));
        assertThat(places(check(rows))).contains("language-outlier 18", "language-outlier 42");
        for (int i = 0; i < 60; i += 2) rows.set(i, Rows.chat(GERMAN + " " + i, GERMAN + i));
        assertThat(check(rows).byRule()).doesNotContainKey("language-outlier");
    }

    @Test
    void aRowAHundredTimesAsLongAsTheRestIsAnOutlier() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) rows.add(Rows.chat(ENGLISH + i, ENGLISH.substring(i)));
        rows.set(30, Rows.chat(ENGLISH.repeat(100), "yes"));
        rows.set(31, Rows.chat("a", "b"));
        assertThat(places(check(rows))).contains("length-long 31", "length-short 32");
    }

    @Test
    void rangesSayWhatTheWholeFileSays() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 70; i++)
            rows.add(i % 9 == 0 ? Rows.chat("Mail me", "ada" + i + "@lovelace.org") : Rows.chat(ENGLISH + i, ENGLISH));
        rows.set(33, Rows.chat(GERMAN, GERMAN));
        rows.set(50, rows.get(4));
        Findings whole = check(rows);
        for (int size : new int[] {1, 3, 64}) {
            Findings ranges = inRanges(rows, size);
            assertThat(ranges.listed()).isEqualTo(whole.listed());
            assertThat(ranges.byRule()).isEqualTo(whole.byRule());
        }
        assertThat(whole.byRule()).containsEntry("personal-data", 8L).containsEntry("row-duplicate", 1L);
    }

    private Findings check(List<Row> rows) throws IOException {
        return inRanges(rows, rows.size());
    }

    private Findings inRanges(List<Row> rows, int size) throws IOException {
        Tallies tallies = new Tallies();
        Path all = folder.resolve("all");
        try (SketchWriter writer = new SketchWriter(all)) {
            for (int from = 0; from < rows.size(); from += size) {
                Path part = folder.resolve("part");
                RowChecks checks = new RowChecks(List.of(), part);
                try (checks) {
                    int end = Math.min(rows.size(), from + size);
                    for (int i = from; i < end; i++) checks.take(i - from + 1L, rows.get(i));
                }
                Map<String, Tally> seen = checks.tallies().all();
                tallies.addAll(seen, from);
                try (SketchFile sketches = SketchFile.open(part)) {
                    writer.addAll(sketches, from);
                }
            }
        }
        Findings findings = new Findings();
        try (SketchFile sketches = SketchFile.open(all)) {
            RowChecks.conclude(List.of(), tallies, rows.size(), sketches, findings);
        }
        return findings;
    }

    private static List<String> places(Findings findings) {
        return findings.listed().stream()
                .map((Finding f) -> f.rule() + " " + f.line())
                .toList();
    }
}
