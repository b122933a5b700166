package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.ChunkPlan.ByteRange;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.dataset.LineReader;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;

/// However a file is cut into ranges, its dataset has the same bytes and its report says the same.
class RangesTest {

    private TestCloud test;

    private static final String ENCODER = "tiny-bert";
    private static final String LABELLED = "{\"base\":\"" + ENCODER + "\",\"maxTokens\":128}";

    @BeforeEach
    void cloud() throws IOException {
        test = new TestCloud();
    }

    /// Multibyte characters, both line ends, blank lines, repeated rows, and rows longer than a range.
    @Test
    void oneRangeOrAThousandGiveTheSameBytes() {
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < 60; i++)
            content.append(
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"Frage %d é日😀%s?\"},{\"role\":\"assistant\",\"content\":\"Antwort %d 😀\"}]}%s"
                            .formatted(
                                    i % 40,
                                    "lang ".repeat(i % 40 % 7 * 2),
                                    i % 20,
                                    i % 3 == 0 ? "\r\n" : i % 11 == 0 ? "\n\n" : "\n"));
        Step.Drop drop = planned("a/cut.jsonl", content.toString());
        List<String> whole = outputs(drop, cut(content.toString(), List.of()));
        DatasetReport report = test.artefacts.json(new RunFiles(drop.runId()).report(), DatasetReport.class);
        assertThat(report.signal()).isNotNull().satisfies(signal -> {
            assertThat(signal.duplicateRows()).isEqualTo(20);
            assertThat(signal.validationRows()).isPositive();
        });
        Random random = new Random(17);
        int size = content.toString().getBytes(StandardCharsets.UTF_8).length;
        for (int ranges : new int[] {2, 8, 150, 1000}) {
            TreeSet<Long> cuts = new TreeSet<>();
            while (cuts.size() < ranges - 1) cuts.add(1L + random.nextInt(size - 1));
            assertThat(outputs(drop, cut(content.toString(), List.copyOf(cuts))))
                    .as("%d ranges", ranges)
                    .isEqualTo(whole);
        }
    }

    /// Labels are met in any order, and two of them in one range alone.
    @Test
    void rowsWithLabelsGiveTheSameBytesInAnyRangesAndTheirLabelsInOneOrder(@TempDir Path folder) throws IOException {
        test.base(ENCODER, "synthetic-tiny-bert");
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < 60; i++)
            content.append("{\"text\":\"Text %d é日😀 %s\",\"label\":\"%s\"}%s"
                    .formatted(
                            i,
                            "long ".repeat(i % 7 * 30),
                            i == 13 ? "zebra" : i == 47 ? "ant" : i % 2 == 0 ? "spam" : "ham",
                            i % 3 == 0 ? "\r\n" : "\n"));
        Step.Drop drop = planned("a/labels.jsonl", content.toString(), LABELLED);
        List<String> whole = outputs(drop, cut(content.toString(), List.of()));
        RunFiles files = new RunFiles(drop.runId());
        Path shard = folder.resolve("train.safetensors");
        test.artefacts.download(files.trainShard(), shard);
        try (TokenShardReader rows = TokenShardReader.open(shard)) {
            assertThat(rows.labels()).containsExactly("ant", "ham", "spam", "zebra");
            assertThat(rows.trainedTokens()).isEqualTo(rows.rows()).isPositive();
            for (long row = 0; row < rows.rows(); row++)
                assertThat(rows.length(row)).isBetween(3, 128);
        }
        DatasetReport report = test.artefacts.json(files.report(), DatasetReport.class);
        assertThat(report.findingsByRule()).containsKey("row-cut").doesNotContainKey("end-of-turn-untrained");
        Random random = new Random(18);
        int size = content.toString().getBytes(StandardCharsets.UTF_8).length;
        for (int ranges : new int[] {2, 150, 1000}) {
            TreeSet<Long> cuts = new TreeSet<>();
            while (cuts.size() < ranges - 1) cuts.add(1L + random.nextInt(size - 1));
            assertThat(outputs(drop, cut(content.toString(), List.copyOf(cuts))))
                    .as("%d ranges", ranges)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, label-single", "1001, labels-too-many"})
    void oneLabelAloneOrTooManyAreNoClassesHoweverTheFileIsCut(int labels, String rule) throws IOException {
        test.base(ENCODER, "synthetic-tiny-bert");
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < Math.max(20, labels); i++)
            content.append("{\"text\":\"Text %d\",\"label\":%d}\n".formatted(i, i % labels));
        Step.Drop drop = planned("a/labels.jsonl", content.toString(), LABELLED);
        String whole = report(drop, cut(content.toString(), List.of()));
        assertThat(whole).contains("\"REJECTED\"").contains(rule);
        assertThat(report(drop, cut(content.toString(), List.of(100L, 101L, 250L))))
                .isEqualTo(whole);
    }

    /// The longest line there may be, with a carriage return after it, cut before, in and right after its end.
    @Test
    void aLineOfFourMebibytesIsReadAcrossRanges() {
        String before = TestCloud.rows(11);
        String line = row(LineReader.MAX_LINE_BYTES);
        String content = before + line + "\r\n" + TestCloud.rows(12).substring(before.length());
        Step.Drop drop = planned("a/long.jsonl", content);
        List<String> whole = outputs(drop, cut(content, List.of()));
        RunFiles files = new RunFiles(drop.runId());
        DatasetReport report = test.artefacts.json(files.report(), DatasetReport.class);
        assertThat(report.verdict()).isEqualTo(DatasetReport.Verdict.ACCEPTED);
        assertThat(report.rows()).isEqualTo(13);
        long start = before.length();
        long end = start + line.length();
        for (List<Long> cuts : List.of(
                List.of(start + 1),
                List.of(start, start + 1),
                List.of(start + 100, start + (2L << 20), end - 1),
                List.of(end, end + 1, end + 2)))
            assertThat(outputs(drop, cut(content, cuts))).as("cut at %s", cuts).isEqualTo(whole);
    }

    @Test
    void aLineOverTheCapIsRefusedByItsNumberWhereverItIsCut() {
        String before = TestCloud.rows(11);
        for (int over : new int[] {1, 3 << 20}) {
            String content = before + row(LineReader.MAX_LINE_BYTES + over) + "\n" + TestCloud.rows(2);
            Step.Drop drop = planned("over%d/long.jsonl".formatted(over), content);
            String whole = report(drop, cut(content, List.of()));
            long start = before.length();
            assertThat(whole).contains("\"line-too-long\"").contains("\"line\" : 12,");
            for (List<Long> cuts : List.of(
                    List.of(start + 1),
                    List.of(start, start + 1, start + 2),
                    List.of(start + (1L << 20), start + (2L << 20), start + (4L << 20))))
                assertThat(report(drop, cut(content, cuts)))
                        .as("cut at %s", cuts)
                        .isEqualTo(whole);
        }
    }

    private static String row(int bytes) {
        String open = "{\"messages\":[{\"role\":\"user\",\"content\":\"Lang?\"},{\"role\":\"assistant\",\"content\":\"";
        String close = "\"}]}";
        return open + "lang ".repeat(bytes / 5 + 1).substring(0, bytes - open.length() - close.length()) + close;
    }

    private Step.Drop planned(String key, String content) {
        return planned(key, content, TestCloud.SETTINGS);
    }

    private Step.Drop planned(String key, String content, String settings) {
        Step.Drop drop = test.drop(key, content, settings);
        new PlanChunksHandler(test.cloud).handle(drop);
        return drop;
    }

    private static List<ByteRange> cut(String content, List<Long> cuts) {
        List<Long> edges = new ArrayList<>(cuts);
        edges.addFirst(0L);
        edges.add((long) content.getBytes(StandardCharsets.UTF_8).length);
        List<ByteRange> ranges = new ArrayList<>();
        for (int r = 0; r + 1 < edges.size(); r++) ranges.add(new ByteRange(r, edges.get(r), edges.get(r + 1)));
        return ranges;
    }

    private void assemble(Step.Drop drop, List<ByteRange> ranges) {
        RunFiles files = new RunFiles(drop.runId());
        ChunkPlan plan = test.artefacts.json(files.plan(), ChunkPlan.class);
        test.artefacts.putJson(files.plan(), new ChunkPlan(plan.drop(), ranges, plan.unpacked(), plan.framing()));
        test.prepare(drop, ranges);
        new AssembleDatasetHandler(test.cloud).handle(new Step.Run(drop.runId()));
    }

    private String report(Step.Drop drop, List<ByteRange> ranges) {
        assemble(drop, ranges);
        byte[] report = test.artefacts.find(new RunFiles(drop.runId()).report()).orElseThrow();
        return new String(report, StandardCharsets.UTF_8);
    }

    private List<String> outputs(Step.Drop drop, List<ByteRange> ranges) {
        assemble(drop, ranges);
        RunFiles files = new RunFiles(drop.runId());
        return List.of(
                        files.trainShard(),
                        files.validationShard(),
                        files.canonicalRows(),
                        files.manifest(),
                        files.report())
                .stream()
                .map(key -> key + " " + Sha256.of(test.artefacts.find(key).orElseThrow()))
                .toList();
    }
}
