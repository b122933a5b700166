package dev.tunedrop.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.checkpoint.DirectoryStore;
import dev.tunedrop.trainer.rows.HeldOutRows;
import dev.tunedrop.trainer.rows.ShardMaker;

/// Whole fine-tunes of a real small model.
class FineTuningTest {

    @TempDir
    Path folder;

    private Path base = Path.of("");
    private Path train = Path.of("");
    private Path validation = Path.of("");

    @BeforeEach
    void makeShards() throws IOException {
        makeShards(Fixtures.stories260k());
    }

    private void makeShards(Path model) throws IOException {
        base = model;
        train = folder.resolve("train.safetensors");
        validation = folder.resolve("validation.safetensors");
        try (BaseText text = BaseText.load(base)) {
            new ShardMaker(text, 64)
                    .split(
                            Fixtures.rows(folder.resolve("rows.jsonl"), 60),
                            train,
                            validation,
                            new HeldOutRows.Share(0.1, 1));
        }
    }

    @Test
    void aTokenThatTheEmbeddingHasNoRowForIsRefusedBeforeTraining() throws IOException {
        try (TokenShardWriter writer = new TokenShardWriter(train, Map.of())) {
            writer.add(new int[] {1, 5, 6}, new boolean[] {false, true, true}, 1);
            writer.add(new int[] {1, 512, 6}, new boolean[] {false, true, true}, 2);
        }
        assertThatThrownBy(() -> tune("a", "'epochs':1", new ArrayList<>()))
                .isInstanceOf(UserMistake.class)
                .hasMessageStartingWith("Token 512 has no row in the base's embedding, which has 512: ");
        assertThat(folder.resolve("a")).doesNotExist();
    }

    @Test
    void theHeldOutLossFallsBelowTheBases() {
        for (String method : List.of("qlora", "lora", "full")) {
            FineTuning.Outcome outcome = tune(method, "'method':'" + method + "','epochs':4", new ArrayList<>());
            assertThat(outcome.ending()).isEqualTo(Ending.COMPLETED);
            assertThat(losses(outcome).adapterLoss())
                    .as(method)
                    .isLessThan(0.8 * Objects.requireNonNull(losses(outcome).baseLoss()));
            assertThat(losses(outcome).tokens()).isGreaterThan(50);
            assertThat(result(outcome).parity()).isEqualTo("exact");
        }
        assertThat(folder.resolve("lora")).isDirectoryContaining("glob:**adapter_config.json");
        assertThat(folder.resolve("full")).isDirectoryContaining("glob:**tokenizer.json");
    }

    @Test
    void magnitudesAreTrainedExportedAndLoadedAgain() {
        String options = "'method':'qlora','dora':true,'epochs':4,'dropout':0.05,'neftuneAlpha':1";
        FineTuning.Outcome first = tune("dora", options, new ArrayList<>());
        assertThat(losses(first).adapterLoss())
                .isLessThan(0.8 * Objects.requireNonNull(losses(first).baseLoss()));
        FineTuning.Outcome second = tune("again", options, new ArrayList<>(), folder.resolve("dora"));
        assertThat(result(second).adapterSha256()).isEqualTo(result(first).adapterSha256());
        assertThat(losses(second).liveLoss()).isEqualTo(losses(first).adapterLoss());
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "mistral", "gemma2"})
    void everyFamilyLearnsWithItsOwnTokenizer(String family) throws IOException {
        makeShards(Fixtures.synthetic(family));
        for (String method : List.of("qlora", "full")) {
            FineTuning.Outcome outcome =
                    tune(method, "'method':'" + method + "','compute':'bf16','epochs':4", new ArrayList<>());
            assertThat(outcome.ending()).isEqualTo(Ending.COMPLETED);
            assertThat(losses(outcome).adapterLoss())
                    .as(method)
                    .isLessThan(0.9 * Objects.requireNonNull(losses(outcome).baseLoss()));
        }
    }

    @Test
    void theBaseLossIsThatOfAnUntrainedAdapter() {
        FineTuning.Outcome outcome = tune("a", "'maxSteps':1,'learningRate':1e-30", new ArrayList<>());
        assertThat(losses(outcome).adapterLoss()).isEqualTo(losses(outcome).baseLoss());
    }

    @Test
    void twoRunsOfOneSeedWriteTheSameBytesAndAnotherSeedDoesNot() {
        String first = result(tune("a", "'compute':'bf16','dropout':0.1", new ArrayList<>()))
                .adapterSha256();
        String second = result(tune("b", "'compute':'bf16','dropout':0.1", new ArrayList<>()))
                .adapterSha256();
        String other = result(tune("c", "'compute':'bf16','dropout':0.1,'seed':2", new ArrayList<>()))
                .adapterSha256();
        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void microBatchSizeDoesNotChangeTheStep() {
        List<float[]> weights = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        for (int[] cut : new int[][] {{8, 1}, {4, 2}, {2, 4}}) {
            List<StepMetrics> seen = new ArrayList<>();
            String name = "cut" + cut[0];
            tune(name, "'maxSteps':1,'batchSize':%d,'gradientAccumulation':%d".formatted(cut[0], cut[1]), seen);
            losses.add(seen.getFirst().loss());
            weights.add(weights(folder.resolve(name)));
        }
        for (int i = 1; i < weights.size(); i++) {
            assertThat(losses.get(i)).isCloseTo(losses.getFirst(), within(1e-5));
            assertThat(weights.get(i)).containsExactly(weights.getFirst(), within(2e-5f));
        }
    }

    @Test
    void packingDoesNotChangeWhatAnEpochLearnsFrom() {
        List<Long> tokens = new ArrayList<>();
        for (boolean packing : new boolean[] {true, false}) {
            FineTuning.Outcome outcome =
                    tune("packing" + packing, "'epochs':1,'packing':" + packing, new ArrayList<>());
            tokens.add(result(outcome).trainedTokens());
        }
        assertThat(tokens.getFirst()).isEqualTo(tokens.getLast()).isPositive();
    }

    @Test
    void aFinishedRunThatIsStartedAgainWritesTheSameAdapterWithoutAStep() {
        TrainingResult first = result(tune("a", "'epochs':1", new ArrayList<>()));
        List<StepMetrics> seen = new ArrayList<>();
        TrainingResult second = result(tune("a", "'epochs':1", seen));
        assertThat(seen).isEmpty();
        assertThat(second.adapterSha256()).isEqualTo(first.adapterSha256());
        assertThat(second.resumes()).isEqualTo(1);
    }

    @Test
    void otherSettingsDoNotGoOnFromItsCheckpoints() {
        tune("a", "'maxSteps':1", new ArrayList<>());
        assertThatThrownBy(() -> tune("a", "'maxSteps':1,'rank':2", new ArrayList<>()))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("its settings differ");
    }

    @Test
    void aNewRunComparesWithTheAdapterThatIsLive() {
        tune("live", "'epochs':2", new ArrayList<>());
        FineTuning.Outcome outcome = tune("a", "'epochs':2", new ArrayList<>(), folder.resolve("live"));
        assertThat(losses(outcome).liveLoss()).isEqualTo(losses(outcome).adapterLoss());
    }

    @Test
    void liveHandlesAreConstantOverTwoHundredSteps() {
        List<Long> handles = new ArrayList<>();
        RunSettings settings = settings("'maxSteps':200,'epochs':100,'batchSize':1,'maxTokens':32");
        FineTuning tuning = new FineTuning(
                request("a", settings, null), List.of(m -> handles.add(LtEngine.liveHandles())), new StopSignals());
        tuning.run();
        assertThat(handles).hasSize(200);
        assertThat(handles.getLast()).isEqualTo(handles.get(2));
    }

    @Test
    void everyStepIsInTheMetricsOnce() throws IOException {
        FineTuning.Outcome outcome = tune("a", "'epochs':2", new ArrayList<>());
        assertThat(Files.readAllLines(folder.resolve("a.metrics.jsonl"))).hasSize(outcome.steps());
    }

    private FineTuning.Outcome tune(String name, String settings, List<StepMetrics> seen) {
        return tune(name, settings, seen, null);
    }

    private FineTuning.Outcome tune(String name, String settings, List<StepMetrics> seen, @Nullable Path live) {
        return new FineTuning(request(name, settings(settings), live), List.of(seen::add), new StopSignals()).run();
    }

    private FineTuning.Request request(String name, RunSettings settings, @Nullable Path live) {
        try {
            return new FineTuning.Request(
                    name,
                    settings,
                    base,
                    false,
                    train,
                    Sha256.of(train),
                    validation,
                    live,
                    folder.resolve(name),
                    folder.resolve(name + ".metrics.jsonl"),
                    new DirectoryStore(folder.resolve(name + ".checkpoints")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RunSettings settings(String overrides) {
        String json = "{'method':'lora','rank':4,'alpha':8,'compute':'fp32','learningRate':0.01,'batchSize':4,"
                + "'maxTokens':64,'checkpointSteps':5,'warmupShare':0.1}";
        String merged = merge(json.replace('\'', '"'), "{" + overrides.replace('\'', '"') + "}");
        return SettingsFile.read(merged.getBytes(StandardCharsets.UTF_8), "test");
    }

    private static String merge(String base, String over) {
        var tree = (ObjectNode) Json.tree(base.getBytes(StandardCharsets.UTF_8), "base");
        tree.setAll((ObjectNode) Json.tree(over.getBytes(StandardCharsets.UTF_8), "over"));
        return tree.toString();
    }

    private static float[] weights(Path adapter) {
        try (Safetensors file = Safetensors.open(adapter.resolve("adapter_model.safetensors"))) {
            List<float[]> parts = file.tensors().keySet().stream()
                    .map(name -> file.bytes(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .toList();
            float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
            int at = 0;
            for (float[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        }
    }

    private static TrainingResult result(FineTuning.Outcome outcome) {
        return Objects.requireNonNull(outcome.result());
    }

    private static HeldOutLosses losses(FineTuning.Outcome outcome) {
        return Objects.requireNonNull(outcome.heldOut());
    }
}
