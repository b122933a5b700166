package dev.tunedrop.aws.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;
import software.amazon.awssdk.services.sqs.SqsClient;

import dev.tunedrop.aws.Synthesis;
import dev.tunedrop.events.json.Json;

/// S3 → EventBridge → SQS → Lambda → Step Functions in LocalStack, created from the stack's own template. What its free
/// image has not is stubbed where the workflow calls it: Batch and SageMaker by mocked answers of their states. Skipped
/// without Docker; what LocalStack proves is our side, not AWS's own delivery.
@Testcontainers(disabledWithoutDocker = true)
@Timeout(900)
class LocalStackTest {

    private static final Path ROOT = Path.of(System.getProperty("tunedrop.root", "../.."));
    private static final String MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:tunedrop";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// A run that trains: its route, its job and its publication are given; `NoSpot` loses its first job.
    private static final String STUBS = """
            {"StateMachines":{"tunedrop":{"TestCases":{
               "Trained":{"ChooseRoute":"Spot","ReserveBudget":"Done","TrainOnBatch":"JobDone","EvaluateAdapter":"Passed",
                          "PublishAdapter":"Published","SettleBudget":"Done","Announce":"Done"},
               "NoSpot":{"ChooseRoute":"SpotThenOnDemand","ReserveBudget":"Done","TrainOnBatch":"TakenBackThenDone",
                         "EvaluateAdapter":"Passed","PublishAdapter":"Published","SettleBudget":"Done","Announce":"Done"}}}},
             "MockedResponses":{
               "Spot":{"0":{"Return":{"StatusCode":200,"Payload":%1$s}}},
               "SpotThenOnDemand":{"0":{"Return":{"StatusCode":200,"Payload":%1$s}},
                                   "1":{"Return":{"StatusCode":200,"Payload":%2$s}}},
               "Done":{"0-9":{"Return":{"StatusCode":200,"Payload":{}}}},
               "Passed":{"0":{"Return":{"StatusCode":200,"Payload":{"passed":true,"reason":""}}}},
               "Published":{"0":{"Return":{"StatusCode":200,"Payload":{"status":"PUBLISHED","waitingFor":""}}}},
               "JobDone":{"0":{"Return":{"JobId":"1","Status":"SUCCEEDED"}}},
               "TakenBackThenDone":{"0":{"Throw":{"Error":"States.TaskFailed",
                                         "Cause":"{\\"StatusReason\\":\\"tunedrop: no spot machine came in 20 minutes\\"}"}},
                                    "1":{"Return":{"JobId":"2","Status":"SUCCEEDED"}}}}}"""
            .formatted(route(false), route(true));

    @Container
    private static final LocalStackContainer STACK = new LocalStackContainer(
                    DockerImageName.parse("localstack/localstack:4.14.0"))
            .withServices("s3", "events", "sqs", "lambda", "stepfunctions", "dynamodb", "cloudformation", "iam", "kms",
                    "sns", "logs")
            .withEnv("SFN_MOCK_CONFIG", "/tmp/stubs.json")
            .withEnv("LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", "120")
            .withCopyToContainer(Transferable.of(STUBS), "/tmp/stubs.json");

    @TempDir
    private static Path folder;

    private static Map<String, String> made = Map.of();

    private static String route(boolean onDemand) {
        return """
                {"next":"TRAIN","reason":"","attempts":1,"attemptSeconds":600,"usdPerHour":"1","provider":"batch",
                 "route":"batch/g6.xlarge","onDemand":%s}"""
                .formatted(onDemand);
    }

    private static <B extends AwsClientBuilder<B, C>, C> C client(B builder) {
        return builder.endpointOverride(STACK.getEndpoint())
                .region(Region.of(STACK.getRegion()))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(STACK.getAccessKey(), STACK.getSecretKey())))
                .build();
    }

    private static S3Client s3() {
        return client(S3Client.builder().forcePathStyle(true));
    }

    @BeforeAll
    static void createTheStack() throws IOException {
        Path libraries = ROOT.resolve("functions/target/lambda");
        assumeTrue(Files.isDirectory(libraries), "the functions' package is not built: " + libraries);
        String architecture = System.getProperty("os.arch").contains("aarch64") ? "arm64" : "x86_64";
        String template = Json.writeLine(
                ReducedTemplate.of(Synthesis.template().root(), "code", "functions.zip", architecture));
        try (S3Client s3 = s3();
                CloudFormationClient formation = client(CloudFormationClient.builder())) {
            s3.createBucket(bucket -> bucket.bucket("code"));
            s3.putObject(
                    object -> object.bucket("code").key("functions.zip"), RequestBody.fromFile(zipped(libraries)));
            s3.putObject(object -> object.bucket("code").key("template.json"), RequestBody.fromString(template));
            formation.createStack(stack -> stack.stackName("tunedrop")
                    .templateURL("http://s3.localhost.localstack.cloud:4566/code/template.json")
                    .capabilities(Capability.CAPABILITY_NAMED_IAM));
            formation.waiter().waitUntilStackCreateComplete(stack -> stack.stackName("tunedrop"));
            made = formation
                    .describeStacks(stack -> stack.stackName("tunedrop"))
                    .stacks()
                    .getFirst()
                    .outputs()
                    .stream()
                    .collect(java.util.stream.Collectors.toMap(Output::outputKey, Output::outputValue));
            try (Stream<Path> files = Files.list(ROOT.resolve("models/tunedrop-tiny"))) {
                for (Path file : files.toList())
                    s3.putObject(
                            object -> object.bucket(output("StorageBases"))
                                    .key("tunedrop-tiny/" + file.getFileName()),
                            RequestBody.fromFile(file));
            }
        }
    }

    @AfterAll
    static void forget() {
        made = Map.of();
    }

    private static String output(String name) {
        String value = made.get(name);
        if (value == null) throw new AssertionError("the stack has no output " + name + ": " + made);
        return value;
    }

    /// Lambda's package: the folder's files at their places.
    private static Path zipped(Path libraries) throws IOException {
        Path zip = folder.resolve("functions.zip");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(libraries)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                entries.putNextEntry(new ZipEntry(libraries.relativize(file).toString()));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
        return zip;
    }

    private static void drop(String key, Path file) {
        try (S3Client s3 = s3()) {
            s3.putObject(
                    object -> object.bucket(output("StorageDrops")).key(key), RequestBody.fromFile(file));
        }
    }

    private static ExecutionListItem execution(String beginning, Predicate<ExecutionListItem> wanted)
            throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        try (SfnClient states = client(SfnClient.builder())) {
            while (System.nanoTime() < until) {
                for (ExecutionListItem item :
                        states.listExecutions(list -> list.stateMachineArn(MACHINE)).executions())
                    if (item.name().startsWith(beginning) && wanted.test(item)) return item;
                Thread.sleep(1000);
            }
            throw new AssertionError("no execution " + beginning + " came so far in " + PATIENCE);
        }
    }

    private static boolean ended(ExecutionListItem execution) {
        return execution.status() != ExecutionStatus.RUNNING;
    }

    private static String ledgerState(String run) {
        try (DynamoDbClient dynamo = client(DynamoDbClient.builder())) {
            Map<String, AttributeValue> row = dynamo.getItem(item ->
                            item.tableName(output("LedgerTable")).key(Map.of("id", AttributeValue.fromS("run#" + run))))
                    .item();
            AttributeValue state = row.get("state");
            return state == null ? "" : state.s();
        }
    }

    @Test
    void aDryRunGoesFromTheBucketToItsQuote() throws Exception {
        drop("quote/triage/tune.json", ROOT.resolve("samples/tune.json"));
        drop("quote/triage/good.jsonl", ROOT.resolve("samples/support-triage.jsonl"));
        ExecutionListItem run = execution("triage-good-", LocalStackTest::ended);
        assertThat(run.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(ledgerState(run.name())).isEqualTo("QUOTED");
    }

    @Test
    void aBrokenFileEndsItsExecutionFailedAndItsRunRejected() throws Exception {
        drop("quote/triage/broken.jsonl", ROOT.resolve("samples/support-triage-broken.jsonl"));
        ExecutionListItem run = execution("triage-broken-", LocalStackTest::ended);
        assertThat(run.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(ledgerState(run.name())).isEqualTo("REJECTED");
    }

    @Test
    void twentyDeliveriesOfOneEventStartOneExecution() throws Exception {
        String event = """
                {"version":"0","source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"%s"},
                 "object":{"key":"quote/triage/twice.jsonl","size":3,"etag":"0","version-id":"v","sequencer":"0A"}}}"""
                .formatted(output("StorageDrops"));
        try (SqsClient queue = client(SqsClient.builder())) {
            for (int i = 0; i < 20; i++)
                queue.sendMessage(message -> message.queueUrl(output("DropsQueue")).messageBody(event));
        }
        execution("triage-twice-", LocalStackTest::ended);
        try (SfnClient states = client(SfnClient.builder())) {
            assertThat(states.listExecutions(list -> list.stateMachineArn(MACHINE)).executions())
                    .filteredOn(item -> item.name().startsWith("triage-twice-"))
                    .hasSize(1);
        }
    }

    /// The states that an execution of a stubbed case went through.
    private static List<String> statesOf(String stubs, String key) throws Exception {
        drop(key, ROOT.resolve("samples/support-triage.jsonl"));
        ExecutionListItem first = execution("stubbed-", item -> true);
        try (SfnClient states = client(SfnClient.builder())) {
            String input = states.describeExecution(one -> one.executionArn(first.executionArn()))
                    .input();
            String arn = states.startExecution(start ->
                            start.stateMachineArn(MACHINE + "#" + stubs).name(stubs).input(input))
                    .executionArn();
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (states.describeExecution(one -> one.executionArn(arn)).status() == ExecutionStatus.RUNNING) {
                if (System.nanoTime() > until) throw new AssertionError(stubs + " does not end");
                Thread.sleep(1000);
            }
            assertThat(states.describeExecution(one -> one.executionArn(arn)).status())
                    .isEqualTo(ExecutionStatus.SUCCEEDED);
            return states.getExecutionHistoryPaginator(history -> history.executionArn(arn)).events().stream()
                    .filter(event -> event.type() == HistoryEventType.TASK_STATE_ENTERED
                            || event.type() == HistoryEventType.PASS_STATE_ENTERED)
                    .map(event -> event.stateEnteredEventDetails().name())
                    .toList();
        }
    }

    @Test
    void aRunThatTrainsIsPublished() throws Exception {
        assertThat(statesOf("Trained", "quote/stubbed/a.jsonl"))
                .containsSubsequence("ReserveBudget", "TrainOnBatch", "EvaluateAdapter", "PublishAdapter", "Announce")
                .doesNotContain("NoSpotMachine");
    }

    @Test
    void aJobWithoutASpotMachineIsChosenPricedAndSubmittedAgain() throws Exception {
        assertThat(statesOf("NoSpot", "quote/stubbed/b.jsonl"))
                .containsSubsequence(
                        "TrainOnBatch", "NoSpotMachine", "ChooseRoute", "ReserveBudget", "TrainOnBatch", "Announce");
    }

    @Test
    void theStubsAreWhatLocalStackReads() {
        assertThat(Json.tree(STUBS.getBytes(StandardCharsets.UTF_8), "stubs").path("MockedResponses"))
                .hasSize(7);
    }
}
