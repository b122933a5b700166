package dev.tunedrop.functions.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.time.Duration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings.Objective;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.JobProgress;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.Fault;
import dev.tunedrop.functions.provider.faults.OneJobUnderFaults;

class BedrockProviderTest extends OneJobUnderFaults {

    private static final String SPEC = "aws-bedrock.json";
    private static final AwsModel MODEL = AwsModel.published(SPEC);
    private static final Duration CALM = Duration.ofSeconds(20);
    private static final String LLAMA = "meta.llama3-1-8b-instruct-v1:0:128k";

    @Override
    protected Bench bench() {
        return new BedrockBench(MODEL, PATIENCE);
    }

    /// Of AWS, 429 says only that it was asked too often.
    @Override
    protected boolean permanent(Fault fault) {
        return fault.permanent() && fault != Fault.QUOTA_429;
    }

    private static TrainingOrder order(String model, String settings) {
        return Orders.of("run-1", model, settings, Objective.SFT, "validation.jsonl");
    }

    @Test
    void theSpecificationIsTheOneThatRequestsAreHeldTo() {
        assumeTrue(Files.isRegularFile(AwsModel.file(SPEC)), "shared data is absent: " + AwsModel.file(SPEC));
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            assertThat(bench.provider.submit(order("no such model!", "{}"))).isInstanceOf(Submission.Refused.class);
            TrainingOrder order = order("amazon.nova-/", "{}");
            assertThat(bench.provider.submit(order))
                    .isInstanceOfSatisfying(
                            Submission.Refused.class,
                            no -> assertThat(no.reason())
                                    .contains("bedrock answered 400 ValidationException")
                                    .doesNotContain("hush"));
            assertThat(bench.fake.complaints())
                    .anyMatch(fault -> fault.startsWith("CreateModelCustomizationJob.baseModelIdentifier"));
        }
    }

    @Test
    void anOrderNamesItsRowsItsRoleItsTokenAndWhatItsFamilyTakes() {
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            submit(bench, order(BedrockBench.NOVA, "{\"epochs\":2,\"learningRate\":0.00005}"));
            ObjectNode body = bench.fake.created().getFirst();
            assertThat(body.path("hyperParameters"))
                    .isEqualTo(Json.read(
                            "{\"epochCount\":\"2\",\"learningRate\":\"0.000050\"}", ObjectNode.class, "test"));
            assertThat(body.at("/trainingDataConfig/s3Uri").asText())
                    .isEqualTo("s3://tunedrop-artefacts/runs/run-1/managed/train.jsonl");
            assertThat(body.at("/validationDataConfig/validators/0/s3Uri").asText())
                    .isEqualTo("s3://tunedrop-artefacts/runs/run-1/managed/validation.jsonl");
            assertThat(body.at("/outputDataConfig/s3Uri").asText())
                    .isEqualTo("s3://tunedrop-artefacts/runs/run-1/managed/bedrock/");
            assertThat(body.path("roleArn").asText()).isEqualTo(FakeBedrock.ROLE);
            assertThat(body.path("clientRequestToken")).isEqualTo(body.path("jobName"));
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void aRateThatTheFamilyDoesNotTakeIsLeftToItAndEpochsThatItDoesNotTakeAreRefused() {
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            submit(bench, order(BedrockBench.NOVA, "{\"epochs\":5,\"learningRate\":0.0002}"));
            assertThat(bench.fake.created().getFirst().path("hyperParameters").has("learningRate"))
                    .isFalse();
            assertThat(bench.provider.submit(
                            Orders.of("run-2", BedrockBench.NOVA, "{\"epochs\":6}", Objective.SFT, null)))
                    .isEqualTo(new Submission.Refused(
                            "invalid-request",
                            "bedrock trains amazon.nova-micro-v1:0:128k for 1 to 5 epochs, not for 6; set \"epochs\""));
        }
    }

    @Test
    void nova2IsGivenNoRowsToValidateOnAndEachFamilyItsOwnFile() {
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            submit(bench, order("amazon.nova-2-lite-v1:0:256k", "{}"));
            assertThat(bench.fake.created().getFirst().has("validationDataConfig"))
                    .isFalse();
            assertThat(bench.provider.targets("amazon.nova-2-lite-v1:0:256k")).containsExactly("bedrock-nova");
            assertThat(bench.provider.targets(LLAMA)).containsExactly("bedrock-llama");
            assertThat(bench.provider.targets("anthropic.claude-3-haiku-20240307-v1:0:200k"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "InProgress, InProgress, NotStarted, NotStarted, VALIDATING",
        "InProgress, Completed, InProgress, NotStarted, VALIDATING",
        "InProgress, Completed, Completed, NotStarted, QUEUED",
        "InProgress, Completed, Completed, InProgress, RUNNING",
        "Stopping, Completed, Completed, Stopping, CANCELLING",
        "Stopped, Completed, Completed, Stopped, CANCELLED",
        "Completed, Completed, Completed, Completed, SUCCEEDED",
        "Failed, Failed, NotStarted, NotStarted, FAILED",
        "Dreaming, Completed, Completed, InProgress, UNKNOWN",
    })
    void aJobStandsWhereItsPhasesSay(
            String status, String validation, String processing, String training, ProviderState state) {
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            String job = submit(bench, bench.order("run-1"));
            bench.fake.job(job).put("status", status).put("failureMessage", "the row 'hush' is bad");
            FakeBedrock.phases(bench.fake.job(job), validation, processing, training);
            JobProgress progress = bench.provider.progress(job);
            assertThat(progress.state()).isEqualTo(state);
            assertThat(progress.said()).isEqualTo(status);
            if (state == ProviderState.FAILED)
                assertThat(progress.reason())
                        .isEqualTo("its validation of the rows failed; the job's page in Bedrock says why");
            else assertThat(progress.reason()).isNull();
        }
    }

    @Test
    void aJobThatHasEndedIsStoppedInPeace() {
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            String job = submit(bench, bench.order("run-1"));
            bench.provider.cancel(job);
            assertThat(bench.provider.progress(job).state()).isEqualTo(ProviderState.CANCELLED);
            bench.provider.cancel(job);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void oneDeploymentAnswersForAnEndpointAndIsUpdatedInPlace() {
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            String first = made(bench, "run-1", BedrockBench.NOVA);
            assertThat(bench.provider.serve(first, "support_2--desk")).isEmpty();
            assertThat(bench.provider.serve(first, "support_2--desk"))
                    .as("still creating")
                    .isEmpty();
            ObjectNode deployment = bench.fake.onlyDeployment().put("status", "Active");
            String asked = bench.provider.serve(first, "support_2--desk").orElseThrow();
            String second = made(bench, "run-2", BedrockBench.NOVA);
            assertThat(bench.provider.serve(second, "support_2--desk"))
                    .as("told to update")
                    .isEmpty();
            assertThat(bench.provider.serve(second, "support_2--desk"))
                    .as("updating")
                    .isEmpty();
            deployment.put("modelArn", second);
            ((ObjectNode) deployment.path("updateDetails")).put("updateStatus", "UpdateCompleted");
            assertThat(bench.provider.serve(second, "support_2--desk")).contains(asked);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void anUpdateThatFailedSaysSo() {
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            String first = made(bench, "run-1", BedrockBench.NOVA);
            String second = made(bench, "run-2", BedrockBench.NOVA);
            bench.provider.serve(first, "support");
            bench.fake.onlyDeployment().put("status", "Active");
            bench.provider.serve(second, "support");
            ((ObjectNode) bench.fake.onlyDeployment().path("updateDetails")).put("updateStatus", "UpdateFailed");
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> bench.provider.serve(second, "support"))
                    .withMessageContaining("tunedrop-support could not be updated");
        }
    }

    @Test
    void aTunedLlamaIsAskedByItsOwnIdSinceItDeploysOnBoughtThroughputOnly() {
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            String model = made(bench, "run-1", LLAMA);
            assertThat(bench.provider.serve(model, "support")).contains(model);
            assertThatExceptionOfType(SaysNo.class)
                    .isThrownBy(() -> bench.provider.ask(model, Orders.QUESTION, 10))
                    .withMessageContaining("provisioned throughput only");
        }
    }

    @Test
    void aDeploymentIsAskedAndOneThatIsGoneSaysSo() {
        try (BedrockBench bench = new BedrockBench(MODEL, CALM)) {
            String model = made(bench, "run-1", BedrockBench.NOVA);
            bench.provider.serve(model, "support");
            bench.fake.onlyDeployment().put("status", "Active");
            String asked = bench.provider.serve(model, "support").orElseThrow();
            assertThat(bench.provider.ask(asked, Orders.QUESTION, 10)).isEqualTo(FakeService.ANSWER);
            assertThatExceptionOfType(SaysNo.class)
                    .isThrownBy(() -> bench.provider.ask(asked + "9", Orders.QUESTION, 10));
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    private static String made(BedrockBench bench, String run, String base) {
        String job = submit(bench, Orders.of(run, base));
        assertThat(bench.provider.result(job)).isEmpty();
        String model = bench.fake.complete(job, 0.25);
        assertThat(bench.provider.result(job)).contains(new ManagedModel(model, null, null, 0.25));
        return model;
    }

    @ParameterizedTest
    @CsvSource({"GetCustomModelDeployment", "CreateCustomModelDeployment", "UpdateCustomModelDeployment"})
    void aDeploymentSurvivesEveryFaultThatPasses(String operation) {
        for (Fault fault : Fault.values()) {
            if (permanent(fault)) continue;
            try (BedrockBench bench = new BedrockBench(MODEL, PATIENCE)) {
                String first = made(bench, "run-1", BedrockBench.NOVA);
                String second = made(bench, "run-2", BedrockBench.NOVA);
                if (operation.startsWith("Update")) {
                    bench.provider.serve(first, "support");
                    bench.fake.onlyDeployment().put("status", "Active");
                }
                bench.service.misbehave(operation, fault, 1);
                serve(bench, second);
                serve(bench, second);
                ObjectNode only = bench.fake.onlyDeployment();
                assertThat(only.findValuesAsText("modelArn")).as("%s", fault).contains(second);
            }
        }
    }

    private static void serve(BedrockBench bench, String model) {
        try {
            assertThat(bench.provider.serve(model, "support")).isEmpty();
        } catch (TransientFailure passes) {
            assertThat(passes).hasMessageContaining("bedrock: deployment");
        }
    }
}
