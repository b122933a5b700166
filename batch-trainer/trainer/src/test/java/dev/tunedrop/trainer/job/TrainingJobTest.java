package dev.tunedrop.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.rows.HeldOutRows;
import dev.tunedrop.trainer.rows.ShardMaker;
import dev.tunedrop.trainer.run.Fixtures;

class TrainingJobTest {

    private static final RunFiles FILES = new RunFiles("run-1");

    @TempDir
    Path folder;

    private DirectoryFolder artefacts = new DirectoryFolder(Path.of(""));
    private DirectoryFolder bases = new DirectoryFolder(Path.of(""));
    private final Set<Metric> reported = EnumSet.noneOf(Metric.class);
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void makeRun() throws IOException {
        artefacts = new DirectoryFolder(folder.resolve("artefacts"));
        bases = new DirectoryFolder(folder.resolve("bases"));
        Path base = Fixtures.stories260k();
        try (Stream<Path> parts = Files.list(base)) {
            for (Path part : parts.toList()) bases.upload(part, "stories/" + part.getFileName());
        }
        Path train = folder.resolve("t");
        Path validation = folder.resolve("v");
        try (BaseText text = BaseText.load(base)) {
            new ShardMaker(text, 64)
                    .split(
                            Fixtures.rows(folder.resolve("rows.jsonl"), 40),
                            train,
                            validation,
                            new HeldOutRows.Share(0.1, 1));
        }
        settings("0.01");
        manifest("stories", shard(train, FILES.trainShard()), shard(validation, FILES.validationShard()));
    }

    @Test
    void theResultsAreInTheBucketWhenTheJobSaysItIsDone() throws IOException {
        assertThat(run("one")).as(printed.toString(StandardCharsets.UTF_8)).isZero();
        TrainingResult result = read(FILES.trainingResult(), TrainingResult.class);
        HeldOutLosses losses = read(FILES.heldOut(), HeldOutLosses.class);
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
        assertThat(losses.adapterLoss()).isLessThan(losses.baseLoss());
        assertThat(Sha256.of(artefacts
                        .read(FILES.adapter() + "adapter_model.safetensors")
                        .orElseThrow()))
                .isEqualTo(result.adapterSha256());
        assertThat(artefacts.read(FILES.adapter() + "adapter_config.json")).isPresent();
        String metrics = new String(artefacts.read(FILES.metrics()).orElseThrow(), StandardCharsets.UTF_8);
        assertThat(metrics.lines()).hasSize(result.steps());
        assertThat(artefacts.read(FILES.failure())).isEmpty();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("step 1/").contains("tokens/s");
    }

    @Test
    void aRunOfWhichNoRowIsHeldOutIsDoneAsAnyOther() throws IOException {
        Path train = folder.resolve("all");
        Path validation = folder.resolve("none");
        try (BaseText text = BaseText.load(Fixtures.stories260k())) {
            new ShardMaker(text, 64)
                    .split(
                            Fixtures.rows(folder.resolve("few.jsonl"), 2),
                            train,
                            validation,
                            new HeldOutRows.Share(0, 1));
        }
        manifest("stories", shard(train, FILES.trainShard()), null);
        assertThat(run("one")).as(printed.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(read(FILES.heldOut(), HeldOutLosses.class).adapterLoss()).isNull();
        assertThat(read(FILES.trainingResult(), TrainingResult.class).outcome())
                .isEqualTo(TrainingResult.Outcome.COMPLETED);
        assertThat(reported).isNotEmpty().doesNotContain(Metric.HELD_OUT_LOSS);
    }

    @Test
    void everyFigureThatIsTheTrainersToReportIsReported() throws IOException {
        assertThat(run("one")).isZero();
        assertThat(reported)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Metric.values())
                        .filter(metric -> metric.origin() == Metric.Origin.TRAINER)
                        .toList());
    }

    @Test
    void anotherAttemptGoesOnFromTheCheckpointInTheBucketAndEndsTheSame() throws IOException {
        assertThat(run("one")).isZero();
        String first = read(FILES.trainingResult(), TrainingResult.class).adapterSha256();
        for (String gone : new String[] {FILES.trainingResult(), FILES.adapter() + "adapter_model.safetensors"})
            artefacts.delete(gone);
        int last = artefacts.list(FILES.checkpoints()).stream()
                .filter(entry -> entry.key().endsWith("checkpoint.json"))
                .toList()
                .size();
        assertThat(last).isEqualTo(2);
        for (ObjectFolder.Entry entry : artefacts.list(FILES.checkpoints() + "step-00000010"))
            artefacts.delete(entry.key());
        assertThat(run("two")).isZero();
        TrainingResult result = read(FILES.trainingResult(), TrainingResult.class);
        assertThat(result.adapterSha256()).isEqualTo(first);
        assertThat(result.resumes()).isEqualTo(1);
        assertThat(new String(artefacts.read(FILES.metrics()).orElseThrow(), StandardCharsets.UTF_8).lines())
                .hasSize(result.steps());
    }

    @Test
    void aStateInTheBucketThatWasCutShortIsPassedOver() throws IOException {
        assertThat(run("one")).isZero();
        String first = read(FILES.trainingResult(), TrainingResult.class).adapterSha256();
        for (ObjectFolder.Entry entry : artefacts.list(FILES.checkpoints()))
            if (entry.key().contains("step-00000010") && entry.key().endsWith(".safetensors"))
                artefacts.write(entry.key(), new byte[10]);
        assertThat(run("two")).isZero();
        assertThat(read(FILES.trainingResult(), TrainingResult.class).adapterSha256())
                .isEqualTo(first);
    }

    @Test
    void aMissingBaseModelIsAFailureWithACode() throws IOException {
        manifest("absent", read(FILES.manifest(), Manifest.class).train(), null);
        assertThat(run("one")).isEqualTo(1);
        Failure failure = read(FILES.failure(), Failure.class);
        assertThat(failure.reason()).isEqualTo("base-missing");
        assertThat(failure.message()).contains("s3://bases/absent/");
    }

    @Test
    void aShardThatIsNotTheManifestsIsNotTrainedOn() throws IOException {
        byte[] shard = artefacts.read(FILES.trainShard()).orElseThrow();
        shard[shard.length - 1] ^= 1;
        artefacts.write(FILES.trainShard(), shard);
        assertThat(run("one")).isEqualTo(1);
        assertThat(read(FILES.failure(), Failure.class).reason()).isEqualTo("dataset-changed");
    }

    @Test
    void weightsCutShortAreAFailureThatNamesTheFile() throws IOException {
        byte[] weights = bases.read("stories/model.safetensors").orElseThrow();
        bases.write("stories/model.safetensors", java.util.Arrays.copyOf(weights, weights.length - 100));
        assertThat(run("one")).isEqualTo(1);
        assertThat(read(FILES.failure(), Failure.class).message())
                .contains("model.safetensors")
                .contains("cut short");
    }

    @Test
    void aRunThatDivergesFailsAndNamesTheStep() throws IOException {
        byte[] weights = bases.read("stories/model.safetensors").orElseThrow();
        settings("1");
        java.util.Arrays.fill(weights, weights.length - 8, weights.length, (byte) 0x7e); // 8e37, finite
        bases.write("stories/model.safetensors", weights);
        assertThat(run("one")).isEqualTo(1);
        Failure failure = read(FILES.failure(), Failure.class);
        assertThat(failure.reason()).isEqualTo("diverged");
        assertThat(failure.message()).contains("of step 1 is");
        assertThat(artefacts.read(FILES.trainingResult())).isEmpty();
    }

    private int run(String attempt) {
        JobEnvironment environment = new JobEnvironment(
                "run-1", "artefacts", "bases", folder.resolve("scratch-" + attempt), null, attempt, null, null, true);
        PrintStream progress = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new TrainingJob(environment, artefacts, bases, progress, (about, values) -> {
                    assertThat(about).containsEntry("runId", "run-1");
                    values.keySet().forEach(reported::add);
                })
                .run();
    }

    private void settings(String learningRate) throws IOException {
        String json = ("{\"method\":\"qlora\",\"rank\":4,\"alpha\":8,\"compute\":\"fp32\",\"learningRate\":%s,"
                        + "\"batchSize\":2,\"maxTokens\":64,\"maxSteps\":10,\"checkpointSteps\":5}")
                .formatted(learningRate);
        artefacts.write(FILES.settings(), Json.bytes(SettingsFile.read(json.getBytes(StandardCharsets.UTF_8), "test")));
    }

    private void manifest(String base, Manifest.Shard train, Manifest.@Nullable Shard validation) throws IOException {
        artefacts.write(FILES.manifest(), Json.bytes(new Manifest("run-1", base, "d", "t", "u", train, validation)));
    }

    private Manifest.Shard shard(Path file, String key) throws IOException {
        artefacts.upload(file, key);
        try (TokenShardReader rows = TokenShardReader.open(file)) {
            return new Manifest.Shard(
                    key, Sha256.of(file), Files.size(file), rows.rows(), rows.tokens(), rows.trainedTokens());
        }
    }

    private <T> T read(String key, Class<T> type) throws IOException {
        return Json.read(artefacts.read(key).orElseThrow(), type, key);
    }
}
