package dev.tunedrop.functions.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.managed.Services;
import dev.tunedrop.functions.path.AnsweringEndpoints;
import dev.tunedrop.functions.provider.StandIn;

/// What the step makes of the run's documents and of what the workflow tells it.
class ChooseRouteHandlerTest {

    private final MemoryObjects artefacts = new MemoryObjects("artefacts");
    private final Cloud cloud = new Cloud(
            new MemoryObjects("drops"),
            artefacts,
            new MemoryObjects("bases"),
            new MemoryLedger(),
            new MemoryBudget(),
            new MemoryExecutions(),
            new MemoryBus(),
            new AnsweringEndpoints(1),
            new MemoryMetrics());

    private void document(String key, String json) {
        artefacts.put(key, json.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    /// A cheap service outside the account and a dear machine of ours that takes at most `high` seconds.
    private Step.Chosen choose(String said, String found, long high, @Nullable List<Step.Excluded> excluded) {
        DropRef drop = new DropRef("drops", "support/x.jsonl", "v1", 10);
        RunFiles files = new RunFiles(drop.runId());
        artefacts.putJson(files.drop(), drop);
        String settings = "{\"privacy\":\"" + said + "\",\"maxCostUsd\":100}";
        artefacts.putJson(files.settings(), SettingsFile.read(settings.getBytes(StandardCharsets.UTF_8), "tune.json"));
        document(files.report(), """
                {"verdict":"ACCEPTED","format":"openai-chat","formats":[],"sizeBytes":1,"rows":3,"refusedRows":0,
                 "datasetSha256":"s","findingsByRule":{},"findings":[],"targets":[],
                 "privateData":{"privacy":"%s","kinds":[]}}
                """.formatted(found));
        document(files.quote(), """
                {"runId":"r","at":"2026-11-01T00:00:00Z","priceTableDate":"2026-11-01","priceTableStale":false,"routes":[
                 {"route":"openai/m","provider":"openai","method":"sft","instance":"","spot":false,"refusals":[],
                  "trainingUsd":{"low":1,"expected":1,"high":1},"trainingSeconds":{"low":1,"expected":1,"high":%1$d}},
                 {"route":"batch/x","provider":"batch","method":"sft","instance":"","spot":false,"refusals":[],
                  "trainingUsd":{"low":9,"expected":9,"high":9},"trainingSeconds":{"low":1,"expected":1,"high":%1$d}}]}
                """.formatted(high));
        return new ChooseRouteHandler(new Services(cloud, StandIn.named("openai")), null)
                .handle(new Step.Choice(drop.runId(), excluded));
    }

    @Test
    void aRouteThatTheWorkflowExcludesIsNotChosenAgain() {
        assertThat(choose("public", "PUBLIC", 100, null).route()).isEqualTo("openai/m");
        assertThat(choose("public", "PUBLIC", 100, List.of(new Step.Excluded("openai/m", "not-available")))
                        .route())
                .isEqualTo("batch/x");
    }

    @Test
    void withoutSpotMachinesTheOnDemandRouteIsTakenAndTheSpotRouteSaysWhy() {
        DropRef drop = new DropRef("drops", "support/x.jsonl", "v1", 10);
        choose("private", "PRIVATE", 100, null);
        RunFiles files = new RunFiles(drop.runId());
        document(files.quote(), """
                {"runId":"r","at":"2026-11-01T00:00:00Z","priceTableDate":"2026-11-01","priceTableStale":false,"routes":[
                 {"route":"batch/x/spot","provider":"batch","method":"sft","instance":"x","spot":true,"refusals":[],
                  "trainingUsd":{"low":3,"expected":3,"high":3},"trainingSeconds":{"low":1,"expected":1,"high":100}},
                 {"route":"batch/x/on-demand","provider":"batch","method":"sft","instance":"x","spot":false,"refusals":[],
                  "trainingUsd":{"low":9,"expected":9,"high":9},"trainingSeconds":{"low":1,"expected":1,"high":100}}]}
                """);
        ChooseRouteHandler step = new ChooseRouteHandler(new Services(cloud, StandIn.named("openai")), null);
        Step.Chosen first = step.handle(new Step.Choice(drop.runId(), List.of()));
        assertThat(first.route()).isEqualTo("batch/x/spot");
        assertThat(first.onDemand()).isFalse();
        Step.Chosen second = step.handle(
                new Step.Choice(drop.runId(), List.of(new Step.Excluded("spot", "no-spot-machine: none came"))));
        assertThat(second.route()).isEqualTo("batch/x/on-demand");
        assertThat(second.onDemand()).isTrue();
        assertThat(artefacts.json(files.decision(), Decision.class).notTaken())
                .containsExactly(new Decision.NotTaken("batch/x/spot", "no-spot-machine: none came"));
    }

    @ParameterizedTest
    @CsvSource({
        "public, PUBLIC, openai/m",
        "public, INTERNAL, openai/m",
        "public, PRIVATE, batch/x",
        "internal, PRIVATE, batch/x",
        "private, PUBLIC, batch/x",
        "private, PRIVATE, batch/x"
    })
    void theStricterOfWhatIsSaidAndWhatIsFoundCounts(String said, String found, String route) {
        assertThat(choose(said, found, 100, null).route()).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({"100, 1800", "1000, 2000", "1000000, 432000"})
    void aJobMayTakeTwiceItsHighEstimateWithinHalfAnHourAndFiveDays(long high, long wall) {
        assertThat(choose("public", "PUBLIC", high, null).attemptSeconds()).isEqualTo(wall);
    }
}
