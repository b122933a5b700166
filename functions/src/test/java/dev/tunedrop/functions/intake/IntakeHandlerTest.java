package dev.tunedrop.functions.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.TunedropEvent.RunStarted;
import dev.tunedrop.events.TunedropEvent.RunSuperseded;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Endpoints;
import dev.tunedrop.functions.cloud.Executions;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.intake.QueueHandler.Batch;

class IntakeHandlerTest {

    /// As EventBridge delivers it for a versioned bucket; ids changed.
    private static final String CAPTURED = """
            {"version":"0","id":"2d4eba74-fd51-3966-4bfa-b013c9da8ff1","detail-type":"Object Created","source":"aws.s3",
             "account":"123456789012","time":"2026-11-13T00:00:59Z","region":"us-east-1",
             "resources":["arn:aws:s3:::drops"],
             "detail":{"version":"0","bucket":{"name":"drops"},
              "object":{"key":"support/a+b c%20d ü.jsonl","size":99797,"etag":"7a72374e1238761aca7778318b363232",
               "version-id":"a7diKodKIlW3mHIvhGvVphz5N_ZcL3RG","sequencer":"0061D1D5F5A1C8C9F0"},
              "request-id":"8cd7ab3d4b6dcd2b","requester":"123456789012","source-ip-address":"1.2.3.4","reason":"PutObject"}}
            """;

    private final MemoryLedger ledger = new MemoryLedger();
    private final MemoryExecutions executions = new MemoryExecutions();
    private final MemoryBus bus = new MemoryBus();
    private IntakeHandler intake = handlerWith(executions);

    private IntakeHandler handlerWith(Executions doors) {
        MemoryObjects none = new MemoryObjects("x");
        Cloud cloud = new Cloud(
                none, none, none, ledger, new MemoryBudget(), doors, bus, new NoEndpoints(), new MemoryMetrics());
        return new IntakeHandler(cloud, Clock.fixed(Instant.parse("2026-08-01T00:00:00Z"), ZoneOffset.UTC));
    }

    private static final class NoEndpoints implements Endpoints {
        @Override
        public Progress ensureEndpoint(String endpoint, String base, String baseUri) {
            throw new AssertionError("intake reaches no endpoint");
        }

        @Override
        public Progress ensureAdapter(String endpoint, String base, String component, String adapterUri) {
            throw new AssertionError("intake reaches no endpoint");
        }

        @Override
        public String ask(
                String endpoint, String component, List<java.util.Map<String, String>> messages, int maxTokens) {
            throw new AssertionError("intake reaches no endpoint");
        }

        @Override
        public String baseComponent(String endpoint) {
            return endpoint;
        }

        @Override
        public void remove(String component) {
            throw new AssertionError("intake reaches no endpoint");
        }
    }

    private static String event(String key, String version, String sequencer) {
        ObjectNode event = (ObjectNode) Json.tree(CAPTURED.getBytes(StandardCharsets.UTF_8), "captured");
        ObjectNode object = (ObjectNode) event.path("detail").path("object");
        object.put("key", key).put("version-id", version).put("sequencer", sequencer);
        return event.toString();
    }

    private static Batch batch(String... bodies) {
        List<Batch.Message> messages = new ArrayList<>();
        for (String body : bodies) messages.add(new Batch.Message("m" + messages.size(), body));
        return new Batch(messages);
    }

    @Test
    void aCapturedEventIsTranslatedWithItsKeyAsItIs() {
        Dropped dropped = Dropped.read(CAPTURED).orElseThrow();
        assertThat(dropped.drop().key()).isEqualTo("support/a+b c%20d ü.jsonl");
        assertThat(dropped.drop().version()).isEqualTo("a7diKodKIlW3mHIvhGvVphz5N_ZcL3RG");
        assertThat(dropped.drop().sizeBytes()).isEqualTo(99797);
        assertThat(dropped.sequencer()).isEqualTo("0061D1D5F5A1C8C9F0");
    }

    @Test
    void withoutAVersionTheEtagPinsTheDrop() {
        String unversioned = CAPTURED.replace("\"version-id\":\"a7diKodKIlW3mHIvhGvVphz5N_ZcL3RG\",", "");
        assertThat(Dropped.read(unversioned).orElseThrow().drop().version())
                .isEqualTo("etag:7a72374e1238761aca7778318b363232");
    }

    @Test
    void settingsFoldersAndOtherEventsAreNoDrops() {
        assertThat(Dropped.read(event("support/tune.json", "1", "01"))).isEmpty();
        assertThat(Dropped.read(event("tune.json", "1", "01"))).isEmpty();
        assertThat(Dropped.read(event("support/", "1", "01"))).isEmpty();
        assertThat(Dropped.read(CAPTURED.replace("Object Created", "Object Deleted")))
                .isEmpty();
        assertThat(Dropped.read(CAPTURED.replace("aws.s3", "somebody"))).isEmpty();
    }

    @Test
    void theSecondDeliveryOfAnEventStartsNoSecondJob() {
        for (int i = 0; i < 20; i++) intake.handle(batch(CAPTURED, CAPTURED));
        assertThat(executions.started()).hasSize(1);
        assertThat(bus.events()).singleElement().isInstanceOf(RunStarted.class);
    }

    @Test
    void theExecutionsInputHoldsPointersOnlyAndNothingOfTheDelivery() {
        intake.handle(batch(CAPTURED));
        String input = executions.started().values().iterator().next();
        Step.Drop drop = Json.read(input, Step.Drop.class, "input");
        assertThat(executions.started()).containsOnlyKeys(drop.runId());
        JsonNode tree = Json.tree(input.getBytes(StandardCharsets.UTF_8), "input");
        assertThat(tree.properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactlyInAnyOrder("runId", "bucket", "key", "version", "sizeBytes");
    }

    @Test
    void aCrashBetweenTheLedgerAndTheExecutionIsMadeGoodByTheNextDelivery() {
        IntakeHandler crashing = handlerWith(new Executions() {
            @Override
            public boolean start(String name, String input) {
                throw new IllegalStateException("no Step Functions today");
            }

            @Override
            public boolean answer(String taskToken, String output) {
                throw new IllegalStateException("no Step Functions today");
            }

            @Override
            public boolean refuse(String taskToken, String reason) {
                throw new IllegalStateException("no Step Functions today");
            }
        });
        assertThat(crashing.handle(batch(CAPTURED)).batchItemFailures())
                .extracting("itemIdentifier")
                .containsExactly("m0");
        assertThat(ledger.newest(10)).hasSize(1);
        assertThat(intake.handle(batch(CAPTURED)).batchItemFailures()).isEmpty();
        assertThat(executions.started()).hasSize(1);
    }

    @Test
    void onlyTheFailedMessagesOfABatchComeBackInOrder() {
        assertThat(intake.handle(batch(
                                "{",
                                CAPTURED,
                                "{\"source\":\"aws.s3\",\"detail-type\":\"Object Created\"}",
                                event("a/b.jsonl", "2", "02")))
                        .batchItemFailures())
                .extracting("itemIdentifier")
                .containsExactly("m0", "m2");
        assertThat(executions.started()).hasSize(2);
    }

    @Test
    void anOlderVersionThatComesLaterIsSupersededAndStartsNothing() {
        intake.handle(batch(event("a/b.jsonl", "new", "02")));
        intake.handle(batch(event("a/b.jsonl", "old", "01")));
        assertThat(executions.started()).hasSize(1);
        assertThat(ledger.newest(10))
                .extracting(RunRecord::state)
                .containsExactlyInAnyOrder(RunState.RUNNING, RunState.SUPERSEDED);
        assertThat(bus.events()).anyMatch(RunSuperseded.class::isInstance);
    }

    @Test
    void twoVersionsInOrderStartTwoRuns() {
        intake.handle(batch(event("a/b.jsonl", "old", "01"), event("a/b.jsonl", "new", "02")));
        assertThat(executions.started()).hasSize(2);
    }

    @Test
    void theHandlerReadsAndWritesWhatSqsAndLambdaDo() throws IOException {
        ObjectNode record = Json.mapper()
                .createObjectNode()
                .put("messageId", "m")
                .put("body", "not json")
                .put("receiptHandle", "x");
        ObjectNode input = Json.mapper().createObjectNode();
        input.putArray("Records").add(record);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        intake.handleRequest(new ByteArrayInputStream(Json.bytes(input)), out, new NoContext());
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"m\"}]}");
    }
}
