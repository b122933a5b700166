package dev.tunedrop.functions.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Datasets.Answer;
import dev.tunedrop.functions.cloud.Datasets.Dataset;
import dev.tunedrop.functions.cloud.Datasets.Outcome;
import dev.tunedrop.functions.cloud.Ledger.Alias;

/// What every ledger promises.
public abstract class LedgerContract {

    private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
    private final String key = "set/" + UUID.randomUUID() + ".jsonl";

    private final String set = "set-" + UUID.randomUUID();

    protected abstract Ledger ledger();

    private RunRecord run(String version, String sequencer) {
        return RunRecord.begun(new DropRef("drops", key, version, 7), sequencer, NOW);
    }

    @Test
    void aRunThatWasAskedForKeepsWhyAndAllChangesOfItsState() {
        Retrain why = new Retrain("r", RetrainRequested.Cause.DRIFT, "it drifted", "other", NOW);
        RunRecord run = run("1", "0A").again(why, NOW);
        ledger().begin(run);
        ledger().executionStarted(run.runId());
        ledger().end(run.runId(), RunState.PUBLISHED, null, NOW);
        assertThat(ledger().find(run.runId()).orElseThrow().retrain()).isEqualTo(why);
        assertThat(run.runId()).isNotEqualTo(run("1", "0A").runId());
    }

    @Test
    void aDatasetKnowsTheRunBegunLastAndTheNewestDropAcceptedInWhateverOrderTheyCome() {
        Datasets datasets = ledger().datasets();
        RunRecord early = inSet("1", NOW);
        RunRecord late = inSet("2", NOW.plusMillis(5));
        assertThat(datasets.find(set)).isEmpty();
        datasets.begun(late);
        datasets.begun(early);
        datasets.accepted(late);
        datasets.accepted(early);
        assertThat(datasets.find(set)).contains(new Dataset(set, early.runId(), late.runId(), null));
        datasets.accepted(late);
        assertThat(datasets.all()).contains(new Dataset(set, early.runId(), late.runId(), null));
    }

    @Test
    void ofManyThatClaimADatasetFromOneRunExactlyOneDoes() throws InterruptedException, ExecutionException {
        Datasets datasets = ledger().datasets();
        datasets.accepted(inSet("1", NOW));
        assertThat(Race.of(16, i -> datasets.claim(set, null, "first" + i)))
                .filteredOn(won -> won)
                .hasSize(1);
        String first = String.valueOf(datasets.find(set).orElseThrow().latestRun());
        assertThat(Race.of(16, i -> datasets.claim(set, first, "second" + i)))
                .filteredOn(won -> won)
                .hasSize(1);
        assertThat(datasets.claim(set, null, "third")).isFalse();
    }

    @Test
    void aRequestThatWaitsIsKeptUntilItIsTakenAway() {
        Datasets datasets = ledger().datasets();
        datasets.begun(inSet("1", NOW));
        RetrainRequested asked = new RetrainRequested(NOW, set, RetrainRequested.Cause.PERSON, "why", "r").on("other");
        datasets.await(set, asked);
        assertThat(datasets.find(set).orElseThrow().waiting()).isEqualTo(asked);
        datasets.await(set, null);
        assertThat(datasets.find(set).orElseThrow().waiting()).isNull();
    }

    @Test
    void whatBecameOfARequestIsKeptUnderItsNameHoweverLong() {
        Datasets datasets = ledger().datasets();
        String request = set + " ünï\n".repeat(900);
        Answer waiting = new Answer(request, Outcome.WAITING, set, "run", "later", NOW);
        Answer refused = new Answer(request, Outcome.REFUSED, set, null, "never", NOW.plusSeconds(1));
        assertThat(datasets.answer(request)).isEmpty();
        datasets.answered(waiting);
        assertThat(datasets.answer(request)).contains(waiting);
        datasets.answered(refused);
        assertThat(datasets.answer(request)).contains(refused);
    }

    private RunRecord inSet(String version, Instant at) {
        return RunRecord.begun(new DropRef("drops", set + "/x.jsonl", version, 7), "", at);
    }

    @Test
    void theFirstToBeginARunWinsAndItsRowIsKept() {
        RunRecord first = run("1", "0A");
        assertThat(ledger().begin(first)).isTrue();
        assertThat(ledger().begin(first)).isFalse();
        assertThat(ledger().find(first.runId())).contains(first);
    }

    @Test
    void ofManyThatBeginOneRunExactlyOneWins() throws InterruptedException, ExecutionException {
        RunRecord run = run("1", "0A");
        List<Boolean> won = Race.of(16, i -> ledger().begin(run));
        assertThat(won).filteredOn(w -> w).hasSize(1);
    }

    @Test
    void aRunEndsOnceAndStaysEnded() {
        RunRecord run = run("1", "0A");
        ledger().begin(run);
        ledger().executionStarted(run.runId());
        assertThat(ledger().end(run.runId(), RunState.REJECTED, "why", NOW)).isTrue();
        assertThat(ledger().end(run.runId(), RunState.PUBLISHED, null, NOW)).isFalse();
        ledger().resume(run.runId());
        ledger().awaitApproval(run.runId(), "token");
        RunRecord ended = ledger().find(run.runId()).orElseThrow();
        assertThat(ended.state()).isEqualTo(RunState.REJECTED);
        assertThat(ended.reason()).isEqualTo("why");
        assertThat(ended.endedAt()).isEqualTo(NOW);
        assertThat(ended.executionStarted()).isTrue();
        assertThat(ended.taskToken()).isNull();
    }

    @Test
    void anEndNeedsNoReason() {
        RunRecord run = run("1", "0A");
        ledger().begin(run);
        ledger().end(run.runId(), RunState.PUBLISHED, null, NOW);
        assertThat(ledger().find(run.runId()).orElseThrow().reason()).isNull();
    }

    @Test
    void aRunNobodyBeganCannotEnd() {
        assertThat(ledger().end("nobody-" + UUID.randomUUID(), RunState.FAILED, "x", NOW))
                .isFalse();
    }

    @Test
    void approvalKeepsTheTokenUntilTheRunGoesOn() {
        RunRecord run = run("1", "0A");
        ledger().begin(run);
        ledger().awaitApproval(run.runId(), "token");
        assertThat(ledger().find(run.runId()).orElseThrow().taskToken()).isEqualTo("token");
        assertThat(ledger().find(run.runId()).orElseThrow().state()).isEqualTo(RunState.AWAITING_APPROVAL);
        ledger().resume(run.runId());
        assertThat(ledger().find(run.runId()).orElseThrow().taskToken()).isNull();
        assertThat(ledger().find(run.runId()).orElseThrow().state()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void theNewestDropOfAKeyIsToldByItsSequencerInWhateverOrderTheyCome() {
        RunRecord old = run("1", "0055AED6DCD90281E5");
        RunRecord young = run("2", "0055AED6DCD90281E6");
        ledger().begin(old);
        ledger().begin(young);
        assertThat(ledger().noteNewest(young)).isEqualTo(young.runId());
        assertThat(ledger().noteNewest(old)).isEqualTo(young.runId());
        assertThat(ledger().noteNewest(young)).isEqualTo(young.runId());
    }

    @Test
    void theNewestOfAKeyIsKnownOnceItWasNoted() {
        RunRecord run = run("1", "0055AED6DCD90281E5");
        assertThat(ledger().newestOf("drops", key)).isEmpty();
        ledger().begin(run);
        ledger().noteNewest(run);
        assertThat(ledger().newestOf("drops", key)).contains(run.runId());
    }

    @Test
    void everyEndpointsAliasIsListedAsItStands() {
        String one = "e-" + UUID.randomUUID();
        String other = "e-" + UUID.randomUUID();
        ledger().moveAlias(one, null, alias(one, "r1", "r0"));
        ledger().moveAlias(other, null, alias(other, "r2", "r0"));
        ledger().moveAlias(one, "r1", alias(one, "r3", "r1"));
        assertThat(ledger().aliases())
                .contains(alias(one, "r3", "r1"), alias(other, "r2", "r0"))
                .doesNotContain(alias(one, "r1", "r0"));
    }

    @Test
    void aShorterSequencerIsPaddedOnTheRight() {
        assertThat(RunRecord.compareSequencers("0A", "0A00")).isZero();
        assertThat(RunRecord.compareSequencers("0B", "0A99")).isPositive();
    }

    private Alias alias(String endpoint, String runId, String previous) {
        return new Alias(endpoint, runId, "c-" + runId, "base", "s3://a", "sum", previous, null, NOW);
    }

    @Test
    void anAliasMovesOnlyFromWhereItIsExpected() {
        String endpoint = "e-" + UUID.randomUUID();
        assertThat(ledger().alias(endpoint)).isEmpty();
        assertThat(ledger().moveAlias(endpoint, "r0", alias(endpoint, "r1", "r0")))
                .isFalse();
        assertThat(ledger().moveAlias(endpoint, null, alias(endpoint, "r1", "r0")))
                .isTrue();
        assertThat(ledger().moveAlias(endpoint, null, alias(endpoint, "r2", "r1")))
                .isFalse();
        assertThat(ledger().moveAlias(endpoint, "r1", alias(endpoint, "r2", "r1")))
                .isTrue();
        assertThat(ledger().alias(endpoint)).contains(alias(endpoint, "r2", "r1"));
    }

    @Test
    void ofManyThatMoveAnAliasFromOnePlaceExactlyOneDoes() throws InterruptedException, ExecutionException {
        String endpoint = "e-" + UUID.randomUUID();
        List<Boolean> moved = Race.of(16, i -> ledger().moveAlias(endpoint, null, alias(endpoint, "r" + i, "none")));
        assertThat(moved).filteredOn(m -> m).hasSize(1);
    }

    @Test
    void theNewestRunsComeFirst() {
        DropRef drop = new DropRef("drops", key, "1", 7);
        RunRecord early = RunRecord.begun(drop, "0A", Instant.parse("2031-01-01T00:00:00Z"));
        RunRecord late =
                RunRecord.begun(new DropRef("drops", key, "2", 7), "0B", Instant.parse("2031-01-01T00:00:00.5Z"));
        ledger().begin(late);
        ledger().begin(early);
        assertThat(ledger().newest(1000).stream()
                        .map(RunRecord::runId)
                        .filter(id -> id.equals(early.runId()) || id.equals(late.runId())))
                .containsExactly(late.runId(), early.runId());
        assertThat(ledger().newest(1)).hasSize(1);
    }

    @Test
    void whatRunsOfAKindTookIsKeptOncePerRunNewestFirst() {
        String kind = "batch/L40S/" + UUID.randomUUID();
        Ledger.Actual first = actual(kind, "a", 1);
        ledger().noteActual(first);
        ledger().noteActual(first);
        ledger().noteActual(actual(kind, "b", 2));
        assertThat(ledger().actuals(kind)).containsExactly(actual(kind, "b", 2), first);
        assertThat(ledger().actuals(kind + "x")).isEmpty();
    }

    private static Ledger.Actual actual(String kind, String run, int second) {
        return new Ledger.Actual(
                kind, run, NOW.plusSeconds(second), 10.5, 12.25, 11.75, new BigDecimal("0.5"), new BigDecimal("0.75"));
    }
}
