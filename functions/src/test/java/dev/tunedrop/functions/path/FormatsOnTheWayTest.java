package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.TokenRow;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.run.ChunkPlan.ByteRange;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;
import dev.tunedrop.functions.prepare.PrepareChunksHandler;

/// Drops of other formats than chat lines, from the file to the shards.
class FormatsOnTheWayTest {

    private TestCloud test;

    @TempDir
    Path folder;

    @BeforeEach
    void cloud() throws IOException {
        test = new TestCloud();
    }

    private Step.Assembled prepare(Step.Drop drop) {
        Step.Planned plan = new PlanChunksHandler(test.cloud).handle(drop);
        PrepareChunksHandler prepare = new PrepareChunksHandler(test.cloud);
        for (ByteRange chunk : plan.chunks())
            prepare.handle(new Step.Chunk(drop.runId(), chunk.index(), chunk.start(), chunk.end()));
        return new AssembleDatasetHandler(test.cloud).handle(new Step.Run(drop.runId()));
    }

    private Manifest manifest(Step.Drop drop) {
        return test.artefacts.json(new RunFiles(drop.runId()).manifest(), Manifest.class);
    }

    private TokenShardReader trainShard(Step.Drop drop) throws IOException {
        Path shard = folder.resolve(drop.runId() + ".safetensors");
        test.artefacts.download(manifest(drop).train().key(), shard);
        return TokenShardReader.open(shard);
    }

    private static String repeated(String row, int count) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < count; i++)
            rows.append(row.replace('\'', '"').formatted(i, i)).append('\n');
        return rows.toString();
    }

    private static byte[] packed(String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    @Test
    void anArchiveMakesTheSameShardsAsTheRowsInIt() throws IOException {
        Step.Drop plain = test.drop("a/rows.jsonl", TestCloud.rows(60), TestCloud.SETTINGS);
        Step.Drop archive = test.drop("b/rows.jsonl.gz", packed(TestCloud.rows(60)), TestCloud.SETTINGS);
        assertThat(prepare(plain).reason()).isEmpty();
        assertThat(prepare(archive).reason()).isEmpty();
        assertThat(manifest(archive).train().sha256())
                .isEqualTo(manifest(plain).train().sha256());
    }

    @Test
    void aDamagedArchiveRejectsTheDropBeforeAnythingIsRead() throws IOException {
        byte[] whole = packed(TestCloud.rows(60));
        Step.Drop drop = test.drop("a/cut.gz", Arrays.copyOf(whole, whole.length - 9), TestCloud.SETTINGS);
        assertThatThrownBy(() -> prepare(drop)).isInstanceOf(Rejected.class).hasMessageStartingWith("gzip-truncated: ");
    }

    @Test
    void anArrayOfAlpacaRowsIsPreparedAndReportedAsOne() {
        String rows = repeated("{'instruction':'Say %d','input':'','output':'It is %d.'}", 20);
        Step.Drop drop =
                test.drop("a/alpaca.json", "[" + rows.strip().replace("}\n", "},\n") + "]", TestCloud.SETTINGS);
        assertThat(prepare(drop).reason()).isEmpty();
        DatasetReport report = test.artefacts.json(new RunFiles(drop.runId()).report(), DatasetReport.class);
        assertThat(report.format()).isEqualTo("alpaca");
        assertThat(report.rows()).isEqualTo(20);
        assertThat(manifest(drop).train().rows()).isEqualTo(18);
    }

    @Test
    void aPairBecomesTwoSequencesSideBySideTheBetterFirst() throws IOException {
        Step.Drop drop = test.drop(
                "a/pairs.jsonl",
                repeated("{'prompt':'Say %d','chosen':'It is exactly %d.','rejected':'No.'}", 20),
                TestCloud.SETTINGS);
        assertThat(prepare(drop).reason()).isEmpty();
        DatasetReport report = test.artefacts.json(new RunFiles(drop.runId()).report(), DatasetReport.class);
        assertThat(java.util.Objects.requireNonNull(report.signal()).trainRows())
                .isEqualTo(18);
        try (TokenShardReader shard = trainShard(drop)) {
            assertThat(shard.rows()).isEqualTo(36);
            assertThat(shard.metadata()).containsEntry(TokenShardReader.OBJECTIVE, TokenShardReader.DPO);
            for (long i = 0; i < shard.rows(); i += 2) {
                TokenRow chosen = shard.row(i);
                TokenRow rejected = shard.row(i + 1);
                assertThat(rejected.line()).isEqualTo(chosen.line());
                assertThat(chosen.ids().length).isGreaterThan(rejected.ids().length);
            }
        }
    }

    @Test
    void plainTextTrainsEveryTokenButTheFirst() throws IOException {
        Step.Drop drop =
                test.drop("a/text.jsonl", repeated("{'text':'Line %d of the play is %d.'}", 20), TestCloud.SETTINGS);
        assertThat(prepare(drop).reason()).isEmpty();
        try (TokenShardReader shard = trainShard(drop)) {
            TokenRow row = shard.row(0);
            for (int t = 1; t < row.trained().length; t++)
                assertThat(row.trained()[t]).as("token %d", t).isTrue();
        }
    }

    @Test
    void rowsThatTeachSomethingElseThanTheSettingsAskAreRefused() {
        Step.Drop drop = test.drop(
                "a/pairs.jsonl",
                repeated("{'prompt':'Say %d','chosen':'It is %d.','rejected':'No.'}", 12),
                TestCloud.SETTINGS.replace("}", ",\"objective\":\"sft\"}"));
        assertThat(prepare(drop).reason()).startsWith("objective-mismatch: ").contains("are for dpo");
    }

    @Test
    void aFormatNamedInTheSettingsMustBeOneThatIsReadAndFit() {
        Step.Drop unknown =
                test.drop("a/x.jsonl", TestCloud.rows(12), TestCloud.SETTINGS.replace("}", ",\"format\":\"csv\"}"));
        assertThatThrownBy(() -> prepare(unknown)).hasMessageContaining("there is no format \"csv\"");
        Step.Drop other =
                test.drop("b/x.jsonl", TestCloud.rows(12), TestCloud.SETTINGS.replace("}", ",\"format\":\"alpaca\"}"));
        assertThat(prepare(other).reason()).startsWith("format-mismatch: line 1:");
    }
}
