package dev.tunedrop.functions.schedule;

import static dev.tunedrop.functions.schedule.TrainedCloud.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.TunedropEvent.RetrainRequested.Cause;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Datasets.Answer;
import dev.tunedrop.functions.cloud.Datasets.Outcome;
import dev.tunedrop.functions.cloud.RunRecord;

/// Whose time has come.
class ScheduleRetrainsHandlerTest {

    private static final String MONTHLY = "{\"retrain\":{\"every\":\"30 days\",\"always\":true}}";
    private static final Instant DUE = NOON.plus(Duration.ofDays(30));

    private static List<String> tick(TrainedCloud test, Instant now) {
        return new ScheduleRetrainsHandler(test.cloud, TrainedCloud.at(now))
                .handle(new Tick(null))
                .datasets();
    }

    @Test
    void aDatasetIsAskedForOnceItsTimeHasComeAndNotBefore() {
        TrainedCloud test = new TrainedCloud(MONTHLY, RunState.PUBLISHED);
        assertThat(tick(test, DUE.minusSeconds(1))).isEmpty();
        assertThat(tick(test, DUE)).containsExactly("support");
        assertThat(test.requests()).singleElement().satisfies(event -> {
            assertThat(event.cause()).isEqualTo(Cause.SCHEDULE);
            assertThat(event.request()).isEqualTo("schedule support 2026-08-31");
            assertThat(event.note())
                    .isEqualTo("tune.json asks for it every 30 days, and its last run began on 2026-08-01");
        });
    }

    @Test
    void aMissedTickIsMadeGoodByTheNextAndADoubledOneAsksUnderTheSameName() {
        TrainedCloud test = new TrainedCloud(MONTHLY, RunState.PUBLISHED);
        Instant late = DUE.plus(Duration.ofDays(3));
        assertThat(tick(test, late)).containsExactly("support");
        assertThat(tick(test, late.plusSeconds(1))).containsExactly("support");
        assertThat(test.requests()).extracting(RetrainRequested::request).containsOnly("schedule support 2026-09-03");
        test.ledger
                .datasets()
                .answered(new Answer("schedule support 2026-09-03", Outcome.JOINED, "support", null, "n", late));
        assertThat(tick(test, late.plusSeconds(3600))).as("answered").isEmpty();
        assertThat(tick(test, late.plus(Duration.ofDays(1)))).as("another day").containsExactly("support");
    }

    @Test
    void timeIsCountedFromTheLastRunWhateverStartedIt() {
        TrainedCloud test = new TrainedCloud(MONTHLY, RunState.PUBLISHED);
        RunRecord again =
                test.run.again(new Retrain("r", Cause.PERSON, "why", null, NOON), NOON.plus(Duration.ofDays(9)));
        test.ledger.begin(again);
        test.ledger.datasets().claim("support", test.run.runId(), again.runId());
        test.ledger.end(again.runId(), RunState.PUBLISHED, null, NOON);
        assertThat(tick(test, DUE)).isEmpty();
        assertThat(tick(test, DUE.plus(Duration.ofDays(9)))).containsExactly("support");
    }

    @Test
    void nothingIsAskedForWhileARunIsUnderWay() {
        TrainedCloud test = new TrainedCloud(MONTHLY, RunState.RUNNING);
        assertThat(tick(test, DUE)).isEmpty();
    }

    @Test
    void withoutNewRowsNothingIsAskedForUnlessAlwaysIsSaid() {
        String onlyNew = "{\"retrain\":{\"every\":\"30 days\"}}";
        for (RunState judged : List.of(RunState.PUBLISHED, RunState.REJECTED)) {
            TrainedCloud test = new TrainedCloud(onlyNew, judged);
            assertThat(tick(test, DUE)).as(judged.name()).isEmpty();
            test.tune(MONTHLY);
            assertThat(tick(test, DUE)).as(judged.name()).containsExactly("support");
        }
        assertThat(tick(new TrainedCloud(onlyNew, RunState.FAILED), DUE))
                .as("rows whose run broke off")
                .containsExactly("support");
    }

    @Test
    void withoutARhythmAndWithSettingsThatCannotBeReadNothingIsAskedForAndOthersAre() {
        TrainedCloud test = new TrainedCloud("{}", RunState.PUBLISHED);
        assertThat(tick(test, DUE)).isEmpty();
        test.tune("{\"retrain\":{\"every\":\"soon\"}}");
        RunRecord other = RunRecord.begun(new DropRef("drops", "other/a.jsonl", "v1", 7), "01", NOON);
        test.ledger.begin(other);
        test.ledger.datasets().accepted(other);
        test.ledger.end(other.runId(), RunState.PUBLISHED, null, NOON);
        test.drops.put(
                "other/tune.json", MONTHLY.getBytes(java.nio.charset.StandardCharsets.UTF_8), "application/json");
        assertThat(tick(test, DUE)).containsExactly("other");
    }

    @Test
    void aRequestThatWaitedComesAgainOnceTheRunHasEnded() {
        TrainedCloud test = new TrainedCloud("{}", RunState.RUNNING);
        RetrainRequested waiting = new RetrainRequested(NOON, "support", Cause.PERSON, "why", "r1").on("llama-4");
        test.ledger.datasets().await("support", waiting);
        assertThat(tick(test, NOON)).isEmpty();
        test.ledger.end(test.run.runId(), RunState.FAILED, null, NOON);
        assertThat(tick(test, NOON)).containsExactly("support");
        assertThat(test.requests()).containsExactly(waiting);
    }
}
