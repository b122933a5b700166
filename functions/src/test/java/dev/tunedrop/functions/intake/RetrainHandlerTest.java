package dev.tunedrop.functions.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.TunedropEvent.RetrainRequested.Cause;
import dev.tunedrop.events.TunedropEvent.RunStarted;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Datasets.Answer;
import dev.tunedrop.functions.cloud.Datasets.Dataset;
import dev.tunedrop.functions.cloud.Datasets.Outcome;
import dev.tunedrop.functions.cloud.Executions;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.intake.QueueHandler.Batch;
import dev.tunedrop.functions.intake.QueueHandler.Failures;
import dev.tunedrop.functions.path.AnsweringEndpoints;

/// From `RetrainRequested` on the bus to a run.
class RetrainHandlerTest {

    private static final Instant NOON = Instant.parse("2026-08-01T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(3600);

    private final MemoryLedger ledger = new MemoryLedger();
    private final MemoryBus bus = new MemoryBus();
    private final MemoryObjects drops = new MemoryObjects("drops");
    private final MemoryObjects artefacts = new MemoryObjects("artefacts");
    private final MemoryExecutions executions = new MemoryExecutions();
    private RetrainHandler handler = handlerWith(executions);
    private RunRecord first = dropped("support/a.jsonl", "v1", "01", NOON);

    private RetrainHandler handlerWith(Executions doors) {
        return new RetrainHandler(cloud(doors), Clock.fixed(LATER, ZoneOffset.UTC));
    }

    private Cloud cloud(Executions doors) {
        return new Cloud(
                drops,
                artefacts,
                new MemoryObjects("bases"),
                ledger,
                new MemoryBudget(),
                doors,
                bus,
                new AnsweringEndpoints(1),
                new MemoryMetrics());
    }

    /// Taken in, accepted, under way.
    private RunRecord dropped(String key, String version, String sequencer, Instant at) {
        DropRef drop = new DropRef("drops", key, version, 7);
        new Intake(cloud(executions), Clock.fixed(at, ZoneOffset.UTC)).take(new Dropped(drop, sequencer));
        RunRecord run = ledger.find(drop.runId()).orElseThrow();
        ledger.datasets().accepted(run);
        return run;
    }

    private void end(String runId, RunState state) {
        assertThat(ledger.end(runId, state, null, LATER)).isTrue();
    }

    @BeforeEach
    void theFirstRunIsOver() {
        end(first.runId(), RunState.PUBLISHED);
    }

    private static RetrainRequested asked(@Nullable String request, @Nullable String base) {
        return new RetrainRequested(
                NOON, "support", Cause.PERSON, "the catalogue changed", request, base, null, null, null, null);
    }

    private static RetrainRequested version(String key, @Nullable String version) {
        return new RetrainRequested(NOON, "support", Cause.PERSON, null, "v", null, key, version, null, null);
    }

    /// As EventBridge puts it on a queue.
    private static String envelope(String id, RetrainRequested event) {
        ObjectNode envelope = Json.mapper().createObjectNode();
        envelope.put("version", "0").put("id", id).put("detail-type", event.wireName());
        envelope.put("source", "tunedrop").put("account", "111111111111").put("time", "2026-08-01T12:00:00Z");
        envelope.put("region", "eu-central-1").putArray("resources");
        envelope.set("detail", Json.mapper().valueToTree(event));
        return Json.writeLine(envelope);
    }

    private Failures deliver(String... bodies) {
        List<Batch.Message> messages = new ArrayList<>();
        for (String body : bodies) messages.add(new Batch.Message("m" + messages.size(), body));
        return handler.handle(new Batch(messages));
    }

    private Answer take(RetrainRequested event) {
        deliver(envelope("e-" + event.request(), event));
        return ledger.datasets().answer(String.valueOf(event.request())).orElseThrow();
    }

    private List<RunRecord> retrained() {
        return ledger.newest(100).stream().filter(run -> run.retrain() != null).toList();
    }

    @Test
    void aRequestStartsARunOverTheNewestAcceptedDropThatSaysWhyItIsThere() {
        RunRecord newer = dropped("support/b.jsonl", "v1", "01", NOON.plusSeconds(60));
        end(newer.runId(), RunState.PUBLISHED);
        Answer answer = take(asked("r1", null));
        assertThat(answer.outcome()).isEqualTo(Outcome.STARTED);
        assertThat(answer.note()).isEqualTo("retrained because the catalogue changed");
        RunRecord run = ledger.find(String.valueOf(answer.runId())).orElseThrow();
        assertThat(run.drop()).isEqualTo(newer.drop());
        assertThat(run.runId()).isEqualTo(newer.drop().runIdFor("r1"));
        assertThat(run.executionStarted()).isTrue();
        assertThat(run.retrain()).isEqualTo(new Retrain("r1", Cause.PERSON, "the catalogue changed", null, NOON));
        assertThat(executions.started().get(run.runId()))
                .contains("\"runId\":\"" + run.runId() + "\"", "support/b.jsonl")
                .doesNotContain("catalogue");
        assertThat(bus.events())
                .last()
                .isInstanceOfSatisfying(
                        RunStarted.class, event -> assertThat(event.runId()).isEqualTo(run.runId()));
    }

    @Test
    void theSecondDeliveryOfARequestStartsNoSecondRunEvenAfterTheFirstOnesEnd() {
        Answer answer = take(asked("r1", null));
        assertThat(take(asked("r1", null))).isEqualTo(answer);
        end(String.valueOf(answer.runId()), RunState.PUBLISHED);
        assertThat(take(asked("r1", null))).isEqualTo(answer);
        assertThat(retrained()).hasSize(1);
        assertThat(take(asked("r2", null)).runId()).isNotEqualTo(answer.runId());
        assertThat(retrained()).hasSize(2);
    }

    @Test
    void withoutANameOfItsOwnARequestIsItsEvent() {
        String one = envelope("event-1", asked(null, null));
        deliver(one, one, one);
        deliver(one);
        assertThat(retrained()).hasSize(1);
        assertThat(ledger.datasets().answer("event-1")).isPresent();
    }

    @Test
    void twentyDeliveriesOfEachOfManyRequestsInAnyOrderStartOneRunAtATimeAndNoneTwice() {
        List<String> deliveries = new ArrayList<>();
        for (int i = 0; i < 10; i++)
            deliveries.addAll(Collections.nCopies(20, envelope("e" + i, asked("r" + i, null))));
        Collections.shuffle(deliveries, new Random(5));
        assertThat(deliver(deliveries.toArray(String[]::new)).batchItemFailures())
                .isEmpty();
        assertThat(retrained()).hasSize(1);
        assertThat(executions.started()).hasSize(2);
    }

    @Test
    void aRequestWhileARunIsUnderWayIsJoinedToIt() {
        Answer started = take(asked("r1", null));
        Answer joined = take(asked("r2", null));
        assertThat(joined.outcome()).isEqualTo(Outcome.JOINED);
        assertThat(joined.runId()).isEqualTo(started.runId());
        assertThat(joined.note()).contains("no second one");
        RunRecord drop = dropped("support/b.jsonl", "v1", "01", LATER);
        assertThat(take(asked("r3", null)).runId()).as("a new file's run").isEqualTo(drop.runId());
    }

    @Test
    void aLateDeliveryOfARequestThatWasJoinedOrRefusedStartsNothing() {
        Answer started = take(asked("r1", null));
        Answer joined = take(asked("r2", null));
        Answer refused = take(version("support/a.jsonl", "v9"));
        end(String.valueOf(started.runId()), RunState.PUBLISHED);
        assertThat(take(asked("r2", null))).isEqualTo(joined);
        dropped("support/a.jsonl", "v9", "09", LATER);
        assertThat(take(version("support/a.jsonl", "v9"))).isEqualTo(refused);
        assertThat(retrained()).hasSize(1);
    }

    @Test
    void aRequestForAnotherBaseWaitsForTheRunThatIsUnderWayAndComesAfterIt() {
        Answer started = take(asked("r1", null));
        Answer waiting = take(asked("r2", "llama-4"));
        assertThat(waiting.outcome()).isEqualTo(Outcome.WAITING);
        assertThat(waiting.runId()).isEqualTo(started.runId());
        assertThat(ledger.datasets().find("support").map(Dataset::waiting)).contains(asked("r2", "llama-4"));
        end(String.valueOf(started.runId()), RunState.PUBLISHED);
        Answer later = take(asked("r2", "llama-4"));
        assertThat(later.outcome()).isEqualTo(Outcome.STARTED);
        assertThat(ledger.find(String.valueOf(later.runId())).orElseThrow().retrain())
                .isNotNull()
                .satisfies(why -> assertThat(why.base()).isEqualTo("llama-4"));
        assertThat(ledger.datasets().find("support").orElseThrow().waiting()).isNull();
    }

    @Test
    void aRunOnTheVeryBaseThatIsAskedForIsJoined() {
        Answer started = take(asked("r1", "llama-4"));
        assertThat(take(asked("r2", "llama-4")).runId()).isEqualTo(started.runId());
        assertThat(take(asked("r3", "qwen-3")).outcome()).isEqualTo(Outcome.WAITING);
        end(String.valueOf(started.runId()), RunState.PUBLISHED);
        RunRecord drop = dropped("support/b.jsonl", "v1", "01", LATER);
        artefacts.putJson(new RunFiles(drop.runId()).settings(), SettingsFile.defaults());
        assertThat(take(asked("r4", SettingsFile.defaults().base())).outcome()).isEqualTo(Outcome.JOINED);
        assertThat(take(asked("r5", "qwen-3")).outcome()).isEqualTo(Outcome.WAITING);
    }

    @Test
    void oneRequestWaitsForADatasetAndTheLaterOneTakesThePlaceOfTheEarlier() {
        take(asked("r1", null));
        take(asked("r2", "llama-4"));
        take(asked("r3", "qwen-3"));
        assertThat(ledger.datasets().answer("r2").orElseThrow()).satisfies(answer -> {
            assertThat(answer.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(answer.note()).contains("later request");
        });
        assertThat(ledger.datasets().find("support").map(Dataset::waiting)).contains(asked("r3", "qwen-3"));
    }

    @Test
    void aRequestMayNameTheVersionOfAFile() {
        RunRecord newer = dropped("support/b.jsonl", "v1", "01", NOON.plusSeconds(60));
        end(newer.runId(), RunState.REJECTED);
        Answer answer = take(version("support/a.jsonl", "v1"));
        assertThat(ledger.find(String.valueOf(answer.runId())).orElseThrow().drop())
                .isEqualTo(first.drop());
    }

    @Test
    void whatCannotBeTrainedIsRefusedOnceWithItsReason() {
        assertThat(take(version("support/a.jsonl", "v9")).note()).contains("no run of the dataset");
        assertThat(take(version("support/a.jsonl", null).named("w")).note()).contains("both or neither");
        RunRecord other = dropped("other/a.jsonl", "v1", "01", NOON);
        end(other.runId(), RunState.PUBLISHED);
        assertThat(take(version("other/a.jsonl", "v1").named("x")).outcome()).isEqualTo(Outcome.REFUSED);
        RetrainRequested nobody = new RetrainRequested(NOON, "nobody", Cause.PERSON, null, "n");
        assertThat(take(nobody).note()).contains("no drop of the dataset was accepted yet");
        assertThat(retrained()).isEmpty();
    }

    @Test
    void aRetirementWithoutANextBaseStartsNothing() {
        Answer answer = take(new RetrainRequested(NOON, "support", Cause.BASE_RETIREMENT, "it ends", "r1"));
        assertThat(answer.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(answer.note()).contains("retrain.onRetirement");
        assertThat(retrained()).isEmpty();
    }

    @Test
    void anOlderVersionOfAFileIsSupersededAndSaid() {
        RunRecord newer = dropped("support/a.jsonl", "v2", "02", NOON.plusSeconds(60));
        end(newer.runId(), RunState.PUBLISHED);
        Answer answer = take(version("support/a.jsonl", "v1"));
        assertThat(answer.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(answer.note()).contains("newer version");
        assertThat(ledger.find(String.valueOf(answer.runId())).orElseThrow().state())
                .isEqualTo(RunState.SUPERSEDED);
    }

    @Test
    void aRequestThatBreaksOffHalfWayGoesOnWithTheNextDelivery() {
        boolean[] broken = {true};
        handler = handlerWith(new Executions() {
            @Override
            public boolean start(String name, String input) {
                if (broken[0]) throw new IllegalStateException("Step Functions is not there");
                return executions.start(name, input);
            }

            @Override
            public boolean answer(String taskToken, String output) {
                return false;
            }

            @Override
            public boolean refuse(String taskToken, String reason) {
                return false;
            }
        });
        String event = envelope("e", asked("r1", null));
        assertThat(deliver(event).batchItemFailures()).hasSize(1);
        assertThat(ledger.datasets().answer("r1")).isEmpty();
        broken[0] = false;
        assertThat(deliver(event).batchItemFailures()).isEmpty();
        assertThat(retrained())
                .singleElement()
                .satisfies(run -> assertThat(run.executionStarted()).isTrue());
    }

    @Test
    void whatIsNoRequestIsLeftForTheDeadLetterQueue() {
        assertThat(deliver("{\"detail-type\":\"RunStarted\",\"detail\":{}}").batchItemFailures())
                .hasSize(1);
        String broken = envelope("e", asked("r1", null)).replace("PERSON", "NOBODY");
        assertThat(deliver(broken).batchItemFailures()).hasSize(1);
        assertThat(new String(Json.bytes(retrained()), StandardCharsets.UTF_8)).contains("[ ]");
    }

    @Test
    void aLongWhyIsCutAndKeptOnOneLine() {
        RetrainRequested long_ = new RetrainRequested(NOON, "support", Cause.PERSON, "a\nb " + "x".repeat(900), "r1");
        Answer answer = take(long_);
        Retrain why = ledger.find(String.valueOf(answer.runId())).orElseThrow().retrain();
        assertThat(why).isNotNull();
        assertThat(String.valueOf(why).length()).isLessThan(700);
        assertThat(answer.note()).startsWith("retrained because a b xxx").doesNotContain("\n");
    }
}
