package dev.tunedrop.functions.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.DropVersions.Version;
import dev.tunedrop.functions.cloud.Executions;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.intake.Dropped;
import dev.tunedrop.functions.intake.Intake;
import dev.tunedrop.functions.path.AnsweringEndpoints;
import dev.tunedrop.functions.schedule.ReconcileDropsHandler.Reconciled;

/// What a pass over the drop bucket starts.
class ReconcileDropsHandlerTest {

    private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
    private static final Duration AN_HOUR = Duration.ofHours(1);

    private final MemoryLedger ledger = new MemoryLedger();
    private final MemoryExecutions executions = new MemoryExecutions();
    private final MemoryObjects artefacts = new MemoryObjects("artefacts");
    private final List<List<Version>> bucket = new ArrayList<>();

    private Cloud cloud(Executions doors) {
        MemoryObjects none = new MemoryObjects("drops");
        return new Cloud(
                none,
                artefacts,
                none,
                ledger,
                new MemoryBudget(),
                doors,
                new MemoryBus(),
                new AnsweringEndpoints(1),
                new MemoryMetrics());
    }

    private Reconciled pass(Instant at) {
        return pass(at, executions);
    }

    private Reconciled pass(Instant at, Executions doors) {
        return new ReconcileDropsHandler(cloud(doors), key -> bucket.forEach(key), Clock.fixed(at, ZoneOffset.UTC))
                .handle(new Tick(null));
    }

    private static DropRef drop(String key, String version) {
        return new DropRef("drops", key, version, 7);
    }

    private static Version version(String key, String version, Duration ago, boolean latest) {
        return new Version(drop(key, version), NOW.minus(ago), latest);
    }

    private void eventOf(DropRef drop, String sequencer) {
        new Intake(cloud(executions), Clock.fixed(NOW, ZoneOffset.UTC)).take(new Dropped(drop, sequencer));
    }

    private RunState state(String key, String version) {
        return ledger.find(drop(key, version).runId()).orElseThrow().state();
    }

    @Test
    void aDropWithoutAnEventIsStartedOnceAndOneWithAnEventIsLeft() {
        bucket.add(List.of(version("a/1.jsonl", "v1", AN_HOUR, true)));
        bucket.add(List.of(version("a/2.jsonl", "v1", AN_HOUR, true)));
        eventOf(drop("a/2.jsonl", "v1"), "0061D1D5F5A1C8C9F0");
        assertThat(pass(NOW)).isEqualTo(new Reconciled(2, 1));
        assertThat(executions.started())
                .containsOnlyKeys(
                        drop("a/1.jsonl", "v1").runId(), drop("a/2.jsonl", "v1").runId());
        assertThat(pass(NOW.plusSeconds(7200))).isEqualTo(new Reconciled(2, 0));
        assertThat(pass(NOW.plusSeconds(14_400))).isEqualTo(new Reconciled(0, 0));
    }

    @Test
    void whatWasJustWrittenIsLeftToItsEventUntilTheNextPass() {
        bucket.add(List.of(version("a/1.jsonl", "v1", Duration.ofMinutes(1), true)));
        assertThat(pass(NOW).started()).isZero();
        assertThat(pass(NOW.plusSeconds(900)).started()).isOne();
    }

    @Test
    void theVersionThatReadersSeeIsStartedAndAnOlderOneThatWasMissedIsSuperseded() {
        bucket.add(List.of(
                version("a/1.jsonl", "v3", AN_HOUR, true),
                version("a/1.jsonl", "v2", AN_HOUR.plusMinutes(1), false),
                version("a/1.jsonl", "v1", AN_HOUR.plusMinutes(2), false)));
        eventOf(drop("a/1.jsonl", "v1"), "0061D1D5F5A1C8C9F0");
        assertThat(pass(NOW).started()).isOne();
        assertThat(state("a/1.jsonl", "v3")).isEqualTo(RunState.RUNNING);
        assertThat(state("a/1.jsonl", "v2")).isEqualTo(RunState.SUPERSEDED);
        assertThat(executions.started())
                .containsOnlyKeys(
                        drop("a/1.jsonl", "v3").runId(), drop("a/1.jsonl", "v1").runId());
    }

    @Test
    void aVersionMissedBeforeOneWhoseEventCameIsSuperseded() {
        bucket.add(List.of(
                version("a/1.jsonl", "v2", AN_HOUR, true), version("a/1.jsonl", "v1", AN_HOUR.plusMinutes(1), false)));
        eventOf(drop("a/1.jsonl", "v2"), "0061D1D5F5A1C8C9F0");
        assertThat(pass(NOW).started()).isZero();
        assertThat(state("a/1.jsonl", "v1")).isEqualTo(RunState.SUPERSEDED);
    }

    @Test
    void theNextEventOfTheKeyIsNewerThanWhatWasReconciled() {
        bucket.add(List.of(version("a/1.jsonl", "v1", AN_HOUR, true)));
        bucket.add(List.of(version("a/2.jsonl", "v2", AN_HOUR, true)));
        eventOf(drop("a/2.jsonl", "v1"), "0061D1D5F5A1C8C9F0");
        assertThat(pass(NOW).started()).isEqualTo(2);
        eventOf(drop("a/1.jsonl", "next"), "0061D1D5F5A1C8C9F1");
        eventOf(drop("a/2.jsonl", "next"), "0061D1D5F5A1C8C9F1");
        assertThat(state("a/1.jsonl", "next")).isEqualTo(RunState.RUNNING);
        assertThat(state("a/2.jsonl", "next")).isEqualTo(RunState.RUNNING);
    }

    @Test
    void whatWasDeletedAndWhatIsNoDropIsNotStarted() {
        bucket.add(List.of(version("a/gone.jsonl", "v1", AN_HOUR, false)));
        bucket.add(List.of(version("a/tune.json", "v1", AN_HOUR, true)));
        bucket.add(List.of(version("a/", "v1", AN_HOUR, true)));
        assertThat(pass(NOW)).isEqualTo(new Reconciled(0, 0));
    }

    @Test
    void aPassThatFailedIsRepeatedWholly() {
        bucket.add(List.of(version("a/1.jsonl", "v1", Duration.ofHours(5), true)));
        MemoryExecutions broken = new MemoryExecutions();
        Executions refusing = new Executions() {
            @Override
            public boolean start(String name, String input) {
                throw new IllegalStateException("throttled");
            }

            @Override
            public boolean answer(String taskToken, String output) {
                return broken.answer(taskToken, output);
            }

            @Override
            public boolean refuse(String taskToken, String reason) {
                return broken.refuse(taskToken, reason);
            }
        };
        assertThatThrownBy(() -> pass(NOW, refusing)).hasMessage("throttled");
        assertThat(pass(NOW.plusSeconds(900)).started()).isOne();
    }
}
