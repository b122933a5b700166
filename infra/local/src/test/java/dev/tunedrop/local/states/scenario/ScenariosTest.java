package dev.tunedrop.local.states.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The whole table, played once: each test says one thing of all that was played.
class ScenariosTest {

    private static final Machine MACHINE = Machine.shipped();

    @SuppressWarnings("NullAway.Init")
    private static Player player;

    private static final List<Row> ROWS = new ArrayList<>();

    /// A scenario and what came of it.
    private record Row(Scenario scenario, Played played) {
        @Override
        public String toString() {
            return scenario.name();
        }
    }

    @BeforeAll
    static void playAll() throws IOException {
        player = new Player(MACHINE);
        List<Scenario> table = new ArrayList<>(Routes.all());
        table.addAll(Faults.all(MACHINE));
        for (Scenario scenario : table) ROWS.add(new Row(scenario, player.play(scenario)));
    }

    @AfterAll
    static void close() {
        player.close();
    }

    @Test
    void everyScenarioEntersTheStatesThatTheTableSays() {
        assertThat(ROWS)
                .hasSizeGreaterThan(200)
                .allSatisfy(row -> assertThat(row.played().path())
                        .as(row.scenario().name())
                        .isEqualTo(row.scenario().path()));
    }

    @Test
    void everyScenarioEndsAsTheTableSaysAndUnderTheFirstError() {
        assertThat(ROWS).allSatisfy(row -> {
            assertThat(row.played().status())
                    .as(row.scenario().name())
                    .isEqualTo(row.scenario().succeeds() ? "SUCCEEDED" : "FAILED");
            assertThat(row.played().error())
                    .as(row.scenario().name())
                    .isEqualTo(row.scenario().error());
        });
    }

    @Test
    void everyStateIsTriedAsOftenAsTheTableSays() {
        assertThat(ROWS)
                .allSatisfy(row -> row.scenario()
                        .calls()
                        .forEach((state, calls) -> assertThat(row.played().calls(state))
                                .as(row.scenario().name())
                                .isEqualTo(calls)));
    }

    private static Played played(String scenario) {
        return ROWS.stream()
                .filter(row -> row.scenario().name().equals(scenario))
                .findFirst()
                .orElseThrow()
                .played();
    }

    private static JsonNode payload(String scenario, String state) {
        return played(scenario).given(state).getFirst().path("Payload");
    }

    @Test
    void eachStepIsGivenTheRunAndWhatEarlierStepsFoundOut() {
        String own = "our own trainer trains and the adapter is published";
        JsonNode chunk = payload(own, "PrepareChunk");
        assertThat(List.of(
                        chunk.path("index").asInt(),
                        chunk.path("start").asInt(),
                        chunk.path("end").asInt()))
                .containsExactly(3, 7, 16);
        JsonNode job = played(own).given("TrainOnBatch").getFirst();
        assertThat(job.at("/RetryStrategy/Attempts").asInt()).isEqualTo(5);
        assertThat(job.at("/Timeout/AttemptDurationSeconds").asInt()).isEqualTo(1800);
        assertThat(job.at("/ContainerOverrides/Environment").toString())
                .contains("{\"Name\":\"TUNEDROP_USD_PER_HOUR\",\"Value\":\"1.2\"}");
        assertThat(payload(own, "Announce").path("outcome").asText()).isEqualTo("PUBLISHED");
        assertThat(payload("the drop is a question for a quote", "AnnounceQuote")
                        .path("outcome")
                        .asText())
                .isEqualTo("QUOTED");
        assertThat(played("no spot machine comes and the job goes to the on-demand queue")
                        .given("TrainOnBatch"))
                .extracting(again -> again.path("JobQueue").asText())
                .containsExactly("${JobQueue}", "${OnDemandQueue}");
    }

    @Test
    void everyCallIsAboutTheRun() {
        assertThat(ROWS)
                .allSatisfy(row -> assertThat(row.played().given())
                        .as(row.scenario().name())
                        .isNotEmpty()
                        .allSatisfy(
                                given -> assertThat(given.at("/Payload/runId").asText("")
                                                + given.path("JobName").asText(""))
                                        .startsWith("run-")));
    }

    @Test
    void everyFailureIsWrittenDownUnderTheStateThatFailedAndItsFirstError() {
        int written = 0;
        for (Row row : ROWS) {
            int at = row.played().path().indexOf("RecordFailure");
            if (at < 0) continue;
            written++;
            JsonNode payload = row.played().given("RecordFailure").getFirst().path("Payload");
            String name = row.scenario().name();
            assertThat(payload.path("error").asText())
                    .as(name)
                    .isEqualTo(row.scenario().error());
            String failed = row.played().path().get(at - 1);
            // what is cancelled had failed before
            for (int i = at - 2;
                    failed.equals("CancelAtProvider") || !MACHINE.state(failed).has("Catch");
                    i--) failed = row.played().path().get(i);
            assertThat(payload.path("state").asText()).as(name).isEqualTo(failed);
        }
        assertThat(written).isGreaterThan(50);
        assertThat(payload("the data is refused", "RecordFailure").path("cause").asText())
                .isEqualTo("empty: no rows");
        assertThat(payload("no route is possible", "RecordFailure")
                        .path("cause")
                        .asText())
                .isEqualTo("no-route: none");
        assertThat(payload("our own adapter is no better than the base", "RecordFailure")
                        .path("cause")
                        .asText())
                .isEqualTo("worse");
    }

    @Test
    void whatFailsEndsInTheFailStateAndWhatSucceedsDoesNot() {
        assertThat(ROWS).allSatisfy(row -> {
            String last =
                    MACHINE.state(row.played().path().getLast()).path("Type").asText();
            assertThat(last).as(row.scenario().name()).isEqualTo(row.scenario().succeeds() ? "Succeed" : "Fail");
        });
    }

    @Test
    void everyStateBranchRetrierAndCatcherIsVisited() {
        Set<String> visited = new TreeSet<>();
        ROWS.forEach(row -> visited.addAll(row.played().places(MACHINE)));
        assertThat(MACHINE.places()).hasSizeGreaterThan(100);
        assertThat(visited).containsExactlyElementsOf(MACHINE.places());
    }

    /// Else a branch or a catcher could not be told from another by where it leads.
    @Test
    void noTwoBranchesAndNoTwoCatchersOfAStateLeadToTheSamePlace() {
        MACHINE.states().forEach((name, state) -> {
            for (String field : List.of("Choices", "Catch")) {
                Set<String> seen = new HashSet<>();
                for (JsonNode rule : state.path(field))
                    assertThat(seen.add(rule.path("Next").asText())).as(name).isTrue();
            }
        });
    }
}
