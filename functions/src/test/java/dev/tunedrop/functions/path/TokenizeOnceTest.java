package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.ChunkPlan.ByteRange;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.ShardFiles;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;
import dev.tunedrop.functions.prepare.PrepareChunksHandler;

/// Tokens are made once for the same bytes, and the same whatever the ranges.
class TokenizeOnceTest {

    private TestCloud test;

    @BeforeEach
    void cloud() throws IOException {
        test = new TestCloud();
    }

    private long tokenized(Step.Drop drop, List<ByteRange> ranges) {
        PrepareChunksHandler prepare = new PrepareChunksHandler(test.cloud);
        long rows = 0;
        for (ByteRange range : ranges)
            rows += prepare.handle(new Step.Chunk(drop.runId(), range.index(), range.start(), range.end()))
                    .tokenizedRows();
        return rows;
    }

    private long tokenized(String key, String content, String settings) {
        Step.Drop drop = test.drop(key, content, settings);
        long rows =
                tokenized(drop, new PlanChunksHandler(test.cloud).handle(drop).chunks());
        assertThat(new AssembleDatasetHandler(test.cloud)
                        .handle(new Step.Run(drop.runId()))
                        .verdict())
                .isEqualTo("ACCEPTED");
        return rows;
    }

    @Test
    void aRetryASweepAndARetrainTokenizeNothing() {
        String rows = TestCloud.rows(40);
        String other =
                "{\"base\":\"" + TestCloud.BASE + "\",\"maxTokens\":128,\"rank\":8,\"learningRate\":0.001,\"seed\":7}";
        assertThat(tokenized("a/one.jsonl", rows, TestCloud.SETTINGS)).isEqualTo(40);
        assertThat(tokenized("a/one.jsonl", rows, TestCloud.SETTINGS))
                .as("a retry")
                .isZero();
        assertThat(tokenized("b/two.jsonl", rows, other)).as("a sweep").isZero();
    }

    @Test
    void whatTokensDependOnMakesOthers() {
        String rows = TestCloud.rows(40);
        tokenized("a/one.jsonl", rows, TestCloud.SETTINGS);
        assertThat(tokenized("a/two.jsonl", rows + TestCloud.rows(1), TestCloud.SETTINGS))
                .as("one row more")
                .isEqualTo(41);
        assertThat(tokenized("b/one.jsonl", rows, TestCloud.SETTINGS.replace("128", "127")))
                .as("another length")
                .isEqualTo(40);
        String template = TestCloud.BASE + "/chat_template.jinja";
        byte[] changed = (new String(test.bases.find(template).orElseThrow(), StandardCharsets.UTF_8) + " ")
                .getBytes(StandardCharsets.UTF_8);
        test.bases.put(template, changed, "text/plain");
        assertThat(tokenized("c/one.jsonl", rows, TestCloud.SETTINGS))
                .as("another template")
                .isEqualTo(40);
    }

    @Test
    void withoutItsMarkerAShardCountsForNothingAndAChangedOneIsRefused() {
        String rows = TestCloud.rows(40);
        tokenized("a/one.jsonl", rows, TestCloud.SETTINGS);
        String tokens = test.artefacts.list(ShardFiles.ALL).stream()
                .filter(key -> key.endsWith("tokens.safetensors"))
                .findFirst()
                .orElseThrow();
        test.artefacts.put(tokens, new byte[8], "application/octet-stream");
        assertThatThrownBy(() -> tokenized("b/one.jsonl", rows, TestCloud.SETTINGS))
                .hasMessageContaining("not what was written");
    }

    /// Multibyte characters, both line ends, blank lines and rows longer than a range, cut at random.
    @Test
    void oneRangeOrManyGiveTheSameBytes() {
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < 60; i++)
            content.append(
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"Frage %d é日😀%s?\"},{\"role\":\"assistant\",\"content\":\"Antwort %d 😀\"}]}%s"
                            .formatted(
                                    i,
                                    "lang ".repeat(i % 7 * 9),
                                    i % 50,
                                    i % 3 == 0 ? "\r\n" : i % 11 == 0 ? "\n\n" : "\n"));
        byte[] bytes = content.toString().getBytes(StandardCharsets.UTF_8);
        Step.Drop drop = test.drop("a/cut.jsonl", content.toString(), TestCloud.SETTINGS);
        new PlanChunksHandler(test.cloud).handle(drop);
        List<String> whole = outputs(drop, List.of(new ByteRange(0, 0, bytes.length)));
        Random random = new Random(17);
        for (int cuts : new int[] {1, 2, 7, 40, 150}) {
            TreeSet<Long> at = new TreeSet<>(List.of(0L, (long) bytes.length));
            while (at.size() < cuts + 2) at.add((long) random.nextInt(bytes.length));
            List<Long> edges = List.copyOf(at);
            List<ByteRange> ranges = new ArrayList<>();
            for (int r = 0; r + 1 < edges.size(); r++) ranges.add(new ByteRange(r, edges.get(r), edges.get(r + 1)));
            assertThat(outputs(drop, ranges)).as("%d ranges", ranges.size()).isEqualTo(whole);
        }
    }

    private List<String> outputs(Step.Drop drop, List<ByteRange> ranges) {
        RunFiles files = new RunFiles(drop.runId());
        ChunkPlan plan = test.artefacts.json(files.plan(), ChunkPlan.class);
        test.artefacts.putJson(files.plan(), new ChunkPlan(plan.drop(), ranges, plan.unpacked(), plan.framing()));
        tokenized(drop, ranges);
        new AssembleDatasetHandler(test.cloud).handle(new Step.Run(drop.runId()));
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
