package dev.tunedrop.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.checkpoint.DirectoryStore;
import dev.tunedrop.trainer.rows.ShardMaker;

/// Looks at the held-out rows while a real small model trains too fast on too little, so that it gets worse again.
class EarlyStoppingTest {

    private static final String OVERFITTING = "\"learningRate\":0.03,\"epochs\":12,\"evaluation\":";

    @TempDir
    Path folder;

    private Path base = Path.of("");
    private Path train = Path.of("");
    private Path validation = Path.of("");

    @BeforeEach
    void makeShards() throws IOException {
        base = Fixtures.stories260k();
        train = folder.resolve("train.safetensors");
        validation = folder.resolve("validation.safetensors");
        try (BaseText text = BaseText.load(base)) {
            new ShardMaker(text, 64).split(Fixtures.rows(folder.resolve("rows.jsonl"), 40), train, validation, 0.3, 1);
        }
    }

    @Test
    void aRunWhoseHeldOutLossNoLongerFallsEndsEarlyWithItsBestWeights() {
        List<StepMetrics> seen = new ArrayList<>();
        FineTuning.Outcome outcome =
                tune("a", OVERFITTING + "{\"everySteps\":3,\"patience\":3,\"keep\":\"best\"}", seen, new StopSignals());
        TrainingResult result = Objects.requireNonNull(outcome.result());
        assertThat(outcome.ending()).isEqualTo(Ending.STOPPED_EARLY);
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.STOPPED_EARLY);
        assertThat(outcome.step()).isLessThan(outcome.steps());
        assertThat(looks(seen)).allMatch(look -> look.step() % 3 == 0).hasSizeGreaterThan(3);
        StepMetrics best = best(seen);
        assertThat(result.keptStep()).isEqualTo(best.step()).isEqualTo(outcome.step() - 9);
        assertThat(result.stopped())
                .isEqualTo("the held-out loss has not fallen since step " + best.step() + ", for 3 looks");
        assertThat(Objects.requireNonNull(outcome.heldOut()).adapterLoss()).isEqualTo(best.heldOutLoss());
    }

    @Test
    void aRunCutAnywhereStopsAtTheSameStepWithTheSameBestWeights() {
        String settings = OVERFITTING + "{\"everySteps\":2,\"patience\":4,\"keep\":\"best\"}";
        TrainingResult whole = Objects.requireNonNull(
                tune("whole", settings, new ArrayList<>(), new StopSignals()).result());
        int at = whole.keptStep();
        for (int cut : new int[] {at, at + 3, whole.steps()}) {
            StopSignals stop = new StopSignals();
            List<StepMetrics> seen = new ArrayList<>();
            FineTuning.Outcome first = tune("cut-" + cut, settings, seen, stop, cut);
            if (cut < whole.steps()) assertThat(first.ending()).isEqualTo(Ending.INTERRUPTED);
            TrainingResult second = Objects.requireNonNull(
                    tune("cut-" + cut, settings, seen, new StopSignals()).result());
            assertThat(second.adapterSha256()).as("cut after %d", cut).isEqualTo(whole.adapterSha256());
            assertThat(second.steps()).isEqualTo(whole.steps());
            assertThat(second.keptStep()).isEqualTo(whole.keptStep());
            assertThat(second.outcome()).isEqualTo(TrainingResult.Outcome.STOPPED_EARLY);
        }
    }

    @Test
    void aRunThatEndsAtAWallHandsOverTheBestSoFar() {
        StopSignals stop = new StopSignals();
        List<StepMetrics> seen = new ArrayList<>();
        String settings = OVERFITTING + "{\"everySteps\":2,\"keep\":\"best\"}";
        FineTuning.Outcome outcome = new FineTuning(
                        request("wall", settings),
                        List.of(seen::add, metrics -> {
                            if (metrics.step() == 40) stop.wall(Duration.ZERO);
                        }),
                        stop)
                .run();
        assertThat(outcome.ending()).isEqualTo(Ending.STOPPED_AT_WALL);
        TrainingResult result = Objects.requireNonNull(outcome.result());
        assertThat(result.keptStep()).isEqualTo(best(seen).step()).isLessThan(40);
        assertThat(result.stopped()).isEqualTo("after 0 s");
        assertThat(Objects.requireNonNull(outcome.heldOut()).adapterLoss())
                .isEqualTo(best(seen).heldOutLoss());
    }

    @Test
    void lookingDoesNotChangeWhatIsLearnt() {
        List<String> sums = new ArrayList<>();
        for (String evaluation : List.of("{}", "{\"everySteps\":2}"))
            sums.add(Objects.requireNonNull(tune(
                                    "look" + sums.size(),
                                    "\"dropout\":0.1,\"maxSteps\":6,\"evaluation\":" + evaluation,
                                    new ArrayList<>(),
                                    new StopSignals())
                            .result())
                    .adapterSha256());
        assertThat(sums.getFirst()).isEqualTo(sums.getLast());
    }

    @Test
    void withoutANumberARunThatKeepsTheBestLooksAtEachEpochsEnd() {
        List<StepMetrics> seen = new ArrayList<>();
        tune("epochs", "\"epochs\":3,\"evaluation\":{\"keep\":\"best\"}", seen, new StopSignals());
        assertThat(looks(seen)).extracting(StepMetrics::epoch).containsExactly(1.0, 2.0, 3.0);
    }

    private FineTuning.Outcome tune(String name, String settings, List<StepMetrics> seen, StopSignals stop) {
        return tune(name, settings, seen, stop, Integer.MAX_VALUE);
    }

    private FineTuning.Outcome tune(
            String name, String settings, List<StepMetrics> seen, StopSignals stop, int interruptAfter) {
        StepListener interrupt = metrics -> {
            if (metrics.step() == interruptAfter) stop.request();
        };
        return new FineTuning(request(name, settings), List.of(seen::add, interrupt), stop).run();
    }

    private FineTuning.Request request(String name, String overrides) {
        String json = "{\"method\":\"lora\",\"rank\":4,\"alpha\":8,\"compute\":\"fp32\",\"batchSize\":2,"
                + "\"maxTokens\":64,\"checkpointSteps\":5,\"schedule\":\"constant\"," + overrides + "}";
        RunSettings settings = SettingsFile.read(json.getBytes(StandardCharsets.UTF_8), "test");
        try {
            return new FineTuning.Request(
                    name,
                    settings,
                    base,
                    false,
                    train,
                    Sha256.of(train),
                    validation,
                    null,
                    folder.resolve(name),
                    folder.resolve(name + ".metrics.jsonl"),
                    new DirectoryStore(folder.resolve(name + ".checkpoints")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<StepMetrics> looks(List<StepMetrics> seen) {
        return seen.stream().filter(metrics -> metrics.heldOutLoss() != null).toList();
    }

    private static StepMetrics best(List<StepMetrics> seen) {
        return looks(seen).stream()
                .min(Comparator.comparingDouble(metrics -> Objects.requireNonNull(metrics.heldOutLoss())))
                .orElseThrow();
    }
}
