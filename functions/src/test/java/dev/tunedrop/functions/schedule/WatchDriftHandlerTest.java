package dev.tunedrop.functions.schedule;

import static dev.tunedrop.functions.schedule.TrainedCloud.NOON;
import static dev.tunedrop.functions.schedule.TrainedCloud.prompts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.TunedropEvent.RetrainRequested.Cause;
import dev.tunedrop.events.metric.Emf;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.RunRecord;

/// When what is asked is too far from what was trained.
class WatchDriftHandlerTest {

    private static final Instant EVENING = NOON.plus(Duration.ofHours(8));
    private final TrainedCloud test = new TrainedCloud("{\"retrain\":{\"drift\":0.2}}", RunState.PUBLISHED);

    @BeforeEach
    void answers() {
        test.live(test.run, "support-1");
    }

    private WatchDriftHandler.Watched tick(Instant now) {
        return new WatchDriftHandler(test.cloud, TrainedCloud.at(now)).handle(new Tick(null));
    }

    private List<Emf.Point> figures(String name) {
        return test.metrics.points().stream()
                .filter(point -> point.name().equals(name))
                .toList();
    }

    @Test
    void aShiftedDayAsksForTrainingOnceAndSaysWhatHasDriftedHowFar() {
        test.asked("support-1", NOON, prompts(90, 4, 2));
        test.asked("support-1", NOON.plusSeconds(60), prompts(90, 4, 3));
        assertThat(tick(EVENING).asked()).containsExactly("support");
        assertThat(tick(EVENING).asked()).as("a doubled tick").isEmpty();
        assertThat(tick(EVENING.plusSeconds(3600)).looked()).containsExactly("support");
        assertThat(test.requests()).singleElement().satisfies(event -> {
            assertThat(event.dataset()).isEqualTo("support");
            assertThat(event.cause()).isEqualTo(Cause.DRIFT);
            assertThat(event.metric()).isEqualTo("promptLengths");
            assertThat(event.value()).isGreaterThan(0.2);
            assertThat(event.note()).contains("drifted from its rows", "above 0.20", "180 prompts");
        });
        assertThat(figures("Drift"))
                .hasSize(3)
                .allSatisfy(point -> assertThat(point.dimension()).isEqualTo("support"));
        assertThat(figures("EndpointsDrifted"))
                .as("of each look, also of those that ask for nothing more")
                .hasSize(3)
                .allSatisfy(point -> assertThat(point.value()).isOne());
    }

    @Test
    void aDayLikeTheRowsAsksForNothing() {
        test.asked("support-1", NOON, prompts(300, 1, 2));
        assertThat(tick(EVENING).looked()).containsExactly("support");
        assertThat(test.requests()).isEmpty();
        assertThat(figures("Drift")).hasSize(1);
        assertThat(figures("EndpointsDrifted"))
                .singleElement()
                .satisfies(point -> assertThat(point.value()).isZero());
    }

    @Test
    void tooFewPromptsAndYesterdaysAreNotJudged() {
        test.asked("support-1", NOON, prompts(WatchDriftHandler.FEWEST - 1, 4, 2));
        test.asked("support-1", NOON.minus(Duration.ofDays(2)), prompts(900, 4, 2));
        assertThat(tick(EVENING).looked()).isEmpty();
        assertThat(tick(NOON.plus(Duration.ofHours(25))).looked()).isEmpty();
        assertThat(test.metrics.points()).as("nothing was looked at").isEmpty();
        test.asked("support-1", NOON.plusSeconds(1), prompts(1, 4, 2));
        assertThat(tick(EVENING).asked()).containsExactly("support");
    }

    @Test
    void withoutALineNobodyLooks() {
        test.asked("support-1", NOON, prompts(300, 4, 2));
        test.tune("{}");
        assertThat(tick(EVENING).looked()).isEmpty();
        test.tune("{\"retrain\":{\"drift\":\"far\"}}");
        assertThat(tick(EVENING).looked()).as("settings that cannot be read").isEmpty();
        assertThat(test.requests()).isEmpty();
    }

    @Test
    void theLineIsTheTeams() {
        test.asked("support-1", NOON, prompts(300, 4, 2));
        test.tune("{\"retrain\":{\"drift\":9}}");
        assertThat(tick(EVENING).looked()).containsExactly("support");
        assertThat(test.requests()).isEmpty();
    }

    @Test
    void anAdapterOfTheSameRowsIsNotTrainedOverAndOverButANewCrossingCounts() {
        test.asked("support-1", NOON, prompts(300, 4, 2));
        assertThat(tick(EVENING).asked()).hasSize(1);
        RunRecord again = test.run.again(new Retrain("r", Cause.DRIFT, "why", null, NOON), EVENING);
        test.ledger.begin(again);
        test.live(again, "support-2");
        Instant tomorrow = NOON.plus(Duration.ofDays(1));
        test.asked("support-2", tomorrow, prompts(300, 4, 3));
        assertThat(tick(tomorrow.plusSeconds(60)).asked()).as("still above").isEmpty();
        Instant calm = NOON.plus(Duration.ofDays(3));
        test.asked("support-2", calm, prompts(300, 1, 4));
        assertThat(tick(calm.plusSeconds(60)).asked()).as("below").isEmpty();
        Instant next = NOON.plus(Duration.ofDays(5));
        test.asked("support-2", next, prompts(300, 4, 5));
        assertThat(tick(next.plusSeconds(60)).asked()).as("above again").hasSize(1);
    }

    @Test
    void rowsWithoutPromptsAndModelsOfServicesAreNotLookedAt() {
        test.asked("support-1", NOON, prompts(300, 4, 2));
        test.artefacts.putJson(new RunFiles(test.run.runId()).prompts(), PromptProfile.NONE);
        assertThat(tick(EVENING).looked()).isEmpty();
        test.live(test.run, "openai:ft-1");
        test.asked("openai:ft-1", NOON, prompts(300, 4, 2));
        assertThat(tick(EVENING).looked()).isEmpty();
    }
}
