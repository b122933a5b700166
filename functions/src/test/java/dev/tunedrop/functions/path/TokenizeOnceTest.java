package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.ShardFiles;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;

/// Tokens are made once for the same bytes.
class TokenizeOnceTest {

    private TestCloud test;

    @BeforeEach
    void cloud() throws IOException {
        test = new TestCloud();
    }

    private long tokenized(String key, String content, String settings) {
        Step.Drop drop = test.drop(key, content, settings);
        long rows = test.prepare(
                drop, new PlanChunksHandler(test.cloud).handle(drop).chunks());
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
}
