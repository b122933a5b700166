package dev.tunedrop.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.Rewards;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.checkpoint.DirectoryStore;
import dev.tunedrop.trainer.rows.HeldOutRows;
import dev.tunedrop.trainer.rows.ShardMaker;

/// Whole fine-tunes of a real small model on preference pairs.
class PreferenceTuningTest {

    private static final String SETTINGS = "{'method':'qlora','rank':4,'alpha':8,'compute':'fp32','learningRate':0.005,"
            + "'batchSize':4,'maxTokens':64,'checkpointSteps':2,'epochs':2}";

    @TempDir
    Path folder;

    private Path train = Path.of("");
    private @Nullable Path validation;

    private void makeShards(Path data, int maxTokens) {
        train = folder.resolve("train.safetensors");
        Path heldOut = folder.resolve("validation.safetensors");
        try (BaseText text = BaseText.load(Fixtures.stories260k())) {
            new ShardMaker(text, maxTokens).split(data, train, heldOut, new HeldOutRows.Share(0.2, 1));
        }
        validation = heldOut;
    }

    private void makePairs() throws IOException {
        makeShards(Fixtures.pairs(folder.resolve("pairs.jsonl"), 40), 64);
    }

    @Test
    void heldOutPairsAreToldApartAfterwards() throws IOException {
        makePairs();
        for (String objective : List.of("auto", "dpo")) {
            List<StepMetrics> seen = new ArrayList<>();
            HeldOutLosses losses = heldOut(tune(objective, "'objective':'" + objective + "'", seen));
            assertThat(losses.baseLoss()).isCloseTo(Math.log(2), within(1e-12));
            assertThat(losses.adapterLoss()).isLessThan(0.5);
            assertThat(Objects.requireNonNull(losses.rewards()).accuracy()).isEqualTo(1);
            assertThat(losses.tokens()).isGreaterThan(50);
            assertThat(seen.getFirst().loss()).isCloseTo(Math.log(2), within(1e-3));
            assertThat(rewards(seen.getFirst()).margin()).isCloseTo(0, within(1e-3));
            assertThat(rewards(seen.getLast()).margin()).isGreaterThan(0.5);
        }
    }

    /// Answers of real assistants to real prompts, those that fit a small model's context.
    @Test
    void realPairsAreLearnt() throws IOException {
        JsonNode rows =
                Json.tree(Files.readAllBytes(SharedData.path("datasets/lf_dpo_en_demo.json")), "lf_dpo_en_demo.json");
        List<String> pairs = new ArrayList<>();
        for (JsonNode row : rows) {
            String prompt = row.path("conversations").path(0).path("value").asText();
            if (row.path("conversations").size() != 1 || prompt.length() > 100) continue;
            ObjectNode pair = Json.mapper().createObjectNode();
            pair.put("prompt", prompt);
            pair.put("chosen", row.path("chosen").path("value").asText());
            pair.put("rejected", row.path("rejected").path("value").asText());
            pairs.add(Json.writeLine(pair));
        }
        assertThat(pairs).as("the data has short prompts").hasSizeGreaterThan(20);
        makeShards(Files.write(folder.resolve("real.jsonl"), pairs.subList(0, 20)), 160);
        List<StepMetrics> seen = new ArrayList<>();
        tune("real", "'epochs':4,'maxTokens':160,'packing':false", seen);
        assertThat(seen.getFirst().loss()).isCloseTo(Math.log(2), within(1e-3));
        assertThat(seen.getLast().loss()).isLessThan(0.4);
        assertThat(rewards(seen.getLast()).accuracy()).isGreaterThan(0.9);
    }

    @Test
    void aStoppedRunGoesOnToTheAdapterOfTheUninterruptedOne() throws IOException {
        makePairs();
        String options = "'dropout':0.1,'maxSteps':6";
        FineTuning.Outcome whole = tune("whole", options, new ArrayList<>());
        StopSignals stop = new StopSignals();
        RunSettings settings = settings(options);
        FineTuning.Outcome stopped = new FineTuning(
                        request("stopped", settings, null),
                        List.of(metrics -> {
                            if (metrics.step() == 3) stop.request();
                        }),
                        stop)
                .run();
        assertThat(stopped.ending()).isEqualTo(Ending.INTERRUPTED);
        FineTuning.Outcome resumed = tune("stopped", options, new ArrayList<>());
        assertThat(Objects.requireNonNull(resumed.result()).adapterSha256())
                .isEqualTo(Objects.requireNonNull(whole.result()).adapterSha256());
    }

    @Test
    void theLiveAdapterIsJudgedOnTheSamePairs() throws IOException {
        makePairs();
        tune("live", "'maxSteps':4", new ArrayList<>());
        HeldOutLosses losses = heldOut(new FineTuning(
                        request("next", settings("'maxSteps':4"), folder.resolve("live")), List.of(), new StopSignals())
                .run());
        assertThat(losses.liveLoss()).isEqualTo(losses.adapterLoss());
    }

    @Test
    void whatCannotBeDoneWithPairsIsRefused() throws IOException {
        makePairs();
        assertThatThrownBy(() -> tune("full", "'method':'full'", new ArrayList<>()))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("Set method to lora or qlora");
        assertThatThrownBy(() -> tune("sft", "'objective':'sft'", new ArrayList<>()))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("objective is sft, but the rows are preference pairs");
        makeShards(Fixtures.rows(folder.resolve("rows.jsonl"), 20), 64);
        assertThatThrownBy(() -> tune("dpo", "'objective':'dpo'", new ArrayList<>()))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("objective is dpo, but the rows are no preference pairs");
        Path rows = Files.move(Objects.requireNonNull(validation), folder.resolve("rows.safetensors"));
        makePairs();
        validation = rows;
        assertThatThrownBy(() -> tune("mixed", "", new ArrayList<>()))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("Only one of the training rows and the held-out rows");
    }

    private FineTuning.Outcome tune(String name, String settings, List<StepMetrics> seen) {
        return new FineTuning(request(name, settings(settings), null), List.of(seen::add), new StopSignals()).run();
    }

    private FineTuning.Request request(String name, RunSettings settings, @Nullable Path live) {
        try {
            return new FineTuning.Request(
                    name,
                    settings,
                    Fixtures.stories260k(),
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
        var tree = (ObjectNode) json(SETTINGS);
        tree.setAll((ObjectNode) json("{" + overrides + "}"));
        return SettingsFile.read(tree.toString().getBytes(StandardCharsets.UTF_8), "test");
    }

    private static JsonNode json(String quoted) {
        return Json.tree(quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "test");
    }

    private static HeldOutLosses heldOut(FineTuning.Outcome outcome) {
        return Objects.requireNonNull(outcome.heldOut());
    }

    private static Rewards rewards(StepMetrics metrics) {
        return Objects.requireNonNull(metrics.rewards());
    }
}
