package dev.tunedrop.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.ClientException;
import software.amazon.awssdk.services.batch.model.JobStatus;
import software.amazon.awssdk.services.batch.model.KeyValuePair;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;
import software.amazon.awssdk.services.sfn.model.SfnException;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.bus.LocalBus;
import dev.tunedrop.local.states.Execution;

/// One cloud, asked through AWS's own SDK.
class LocalCloudTest {

    @TempDir
    static Path home;

    private static LocalCloud cloud;
    private static S3Client s3;
    private static SfnClient sfn;
    private static BatchClient batch;

    @BeforeAll
    static void start() throws Exception {
        cloud = LocalCloud.start(ToyCloud.options(home));
        Addresses at = cloud.addresses();
        s3 = ToyCloud.s3(at);
        sfn = ToyCloud.client(SfnClient.builder(), at, at.api()).build();
        batch = ToyCloud.client(BatchClient.builder(), at, at.api()).build();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static void drop(String key, String text) {
        s3.putObject(b -> b.bucket(Names.DROPS).key(key), RequestBody.fromString(text));
    }

    private static Execution executionOf(String prefix) throws InterruptedException {
        while (true) {
            for (Execution execution : cloud.states().executions(Names.STATE_MACHINE))
                if (execution.name().startsWith(prefix)) return execution;
            Thread.sleep(20);
        }
    }

    private static void awaitEnd(Execution execution) throws InterruptedException {
        while (execution.status() == Execution.Status.RUNNING) Thread.sleep(20);
    }

    @Test
    void aDropGoesThroughBusQueueFunctionWorkflowAndJob() throws Exception {
        drop("teamone/data.jsonl", "{}\n");
        Execution execution = executionOf("teamone-data-");
        awaitEnd(execution);
        assertThat(execution.status()).isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(String.valueOf(execution.end()))
                .contains("\"status\":\"SUCCEEDED\"")
                .contains("\"attempts\":2");
        var history =
                sfn
                        .getExecutionHistoryPaginator(
                                b -> b.executionArn(execution.arn()).maxResults(5))
                        .events()
                        .stream()
                        .toList();
        assertThat(history.getFirst().type()).isEqualTo(HistoryEventType.EXECUTION_STARTED);
        assertThat(history.getLast().type()).isEqualTo(HistoryEventType.EXECUTION_SUCCEEDED);
        assertThat(history).extracting(event -> event.type()).contains(HistoryEventType.TASK_SUBMITTED);
        assertThat(history).allSatisfy(event -> assertThat(event.typeAsString()).isNotEqualTo("null"));
        assertThat(sfn.describeExecution(b -> b.executionArn(execution.arn())).statusAsString())
                .isEqualTo("SUCCEEDED");
    }

    @Test
    void twentyDeliveriesOfOneEventStartOneExecution() throws Exception {
        drop("teamtwo/data.jsonl", "{\"a\":1}\n");
        Execution execution = executionOf("teamtwo-data-");
        String etag = s3.headObject(b -> b.bucket(Names.DROPS).key("teamtwo/data.jsonl"))
                .eTag()
                .replace("\"", "");
        int before = ToyHandlers.INTAKES.get();
        JsonNode detail = Json.read(
                "{\"bucket\":{\"name\":\"%s\"},\"object\":{\"key\":\"teamtwo/data.jsonl\",\"etag\":\"%s\",\"size\":8}}"
                        .formatted(Names.DROPS, etag),
                JsonNode.class,
                "test");
        for (int i = 0; i < 20; i++)
            cloud.bus().publish(LocalBus.envelope("aws.s3", "Object Created", detail, List.of()));
        while (ToyHandlers.INTAKES.get() < before + 20) Thread.sleep(20);
        awaitEnd(execution);
        assertThat(cloud.states().executions(Names.STATE_MACHINE))
                .filteredOn(each -> each.name().startsWith("teamtwo"))
                .hasSize(1);
    }

    @Test
    void anObjectThatTheRuleDoesNotNameStartsNothing() throws Exception {
        int before = ToyHandlers.INTAKES.get();
        drop("teamthree/tune.json", "{}");
        drop("teamthree/data.jsonl", "{}");
        awaitEnd(executionOf("teamthree-data-"));
        assertThat(ToyHandlers.INTAKES.get()).isEqualTo(before + 1);
    }

    @Test
    void onlyOneOfTwoConditionalPutsWins() {
        s3.putObject(b -> b.bucket(Names.ARTEFACTS).key("once").ifNoneMatch("*"), RequestBody.fromString("first"));
        assertThatThrownBy(() -> s3.putObject(
                        b -> b.bucket(Names.ARTEFACTS).key("once").ifNoneMatch("*"), RequestBody.fromString("second")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        assertThat(s3.getObjectAsBytes(b -> b.bucket(Names.ARTEFACTS).key("once"))
                        .asUtf8String())
                .isEqualTo("first");
    }

    @Test
    void aConditionalPutInTheLedgerIsRefusedTheSecondTime() {
        Addresses at = cloud.addresses();
        try (DynamoDbClient dynamo =
                ToyCloud.client(DynamoDbClient.builder(), at, at.dynamoDb()).build()) {
            Map<String, AttributeValue> item = Map.of("id", AttributeValue.fromS("x"));
            dynamo.putItem(
                    b -> b.tableName("tunedrop-ledger").item(item).conditionExpression("attribute_not_exists(id)"));
            assertThatThrownBy(() -> dynamo.putItem(b ->
                            b.tableName("tunedrop-ledger").item(item).conditionExpression("attribute_not_exists(id)")))
                    .isInstanceOf(ConditionalCheckFailedException.class);
        }
    }

    @Test
    void stepFunctionsRefusesUnderTheNamesOfItsModel() {
        sfn.startExecution(b ->
                b.stateMachineArn(Names.STATE_MACHINE).name("twice").input("{\"runId\":\"twice\",\"sizeBytes\":1}"));
        assertThatThrownBy(() -> sfn.startExecution(b ->
                        b.stateMachineArn(Names.STATE_MACHINE).name("twice").input("{}")))
                .isInstanceOf(ExecutionAlreadyExistsException.class);
        assertThatThrownBy(() -> sfn.describeExecution(b -> b.executionArn("arn:nothing")))
                .isInstanceOf(ExecutionDoesNotExistException.class);
        assertThatThrownBy(() -> sfn.startExecution(
                        b -> b.stateMachineArn(Names.STATE_MACHINE).name("x".repeat(81))))
                .isInstanceOfSatisfying(
                        SfnException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationException"))
                .hasMessageContaining("'name'");
        assertThatThrownBy(() -> sfn.startExecution(
                        b -> b.stateMachineArn(Names.STATE_MACHINE).traceHeader("t")))
                .hasMessageContaining("not served");
    }

    @Test
    void aJobIsSubmittedDescribedListedAndRefusedThroughTheSdk() throws Exception {
        String id = batch.submitJob(b -> b.jobName("one")
                        .jobQueue(Names.JOB_QUEUE)
                        .jobDefinition(Names.JOB_DEFINITION)
                        .containerOverrides(c -> c.environment(KeyValuePair.builder()
                                .name("TOY_EXIT")
                                .value("3")
                                .build())))
                .jobId();
        while (!batch.describeJobs(b -> b.jobs(id)).jobs().getFirst().status().equals(JobStatus.FAILED))
            Thread.sleep(50);
        var job = batch.describeJobs(b -> b.jobs(id)).jobs().getFirst();
        assertThat(job.attempts()).hasSize(1);
        assertThat(job.container().exitCode()).isEqualTo(3);
        assertThat(Files.readString(cloud.batch().log(id))).contains("attempt 1");
        assertThat(batch.listJobs(b -> b.jobQueue(Names.JOB_QUEUE).jobStatus(JobStatus.FAILED))
                        .jobSummaryList())
                .extracting(summary -> summary.jobId())
                .contains(id);
        assertThatThrownBy(() -> batch.submitJob(
                        b -> b.jobName("one").jobQueue("nowhere").jobDefinition(Names.JOB_DEFINITION)))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void anEventWithoutDetailIsRefusedByItself() {
        Addresses at = cloud.addresses();
        try (EventBridgeClient events =
                ToyCloud.client(EventBridgeClient.builder(), at, at.api()).build()) {
            PutEventsRequestEntry good = PutEventsRequestEntry.builder()
                    .source("tunedrop")
                    .detailType("RunStarted")
                    .detail("{\"runId\":\"r\"}")
                    .eventBusName(Names.BUS)
                    .build();
            PutEventsRequestEntry bad = good.toBuilder().detail("no json").build();
            var answer = events.putEvents(b -> b.entries(good, bad));
            assertThat(answer.failedEntryCount()).isEqualTo(1);
            assertThat(answer.entries().get(1).errorCode()).isEqualTo("MalformedDetail");
        }
    }

    @Test
    void whoDoesNotHoldTheCredentialsIsTurnedAway() throws Exception {
        URI api = cloud.addresses().api();
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(api.resolve("/v1/listjobs"))
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(Files.getPosixFilePermissions(Addresses.file(home))).hasSize(2);
    }

    @Test
    void aSecondCloudOnTheSameHomeIsRefusedInOneSentence() {
        assertThatThrownBy(() -> LocalCloud.start(ToyCloud.options(home)))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("runs on");
        assertThat(Addresses.find(home)).isPresent();
    }
}
