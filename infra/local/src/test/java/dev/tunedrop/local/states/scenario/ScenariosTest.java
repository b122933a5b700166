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
import org.junit.jupiter.api.Timeout;

/// The whole table, played once: each test says one thing of all that was played.
@Timeout(120)
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
