package dev.tunedrop.functions.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.run.RunSettings.Objective;
import dev.tunedrop.functions.provider.JobProgress;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.faults.Fault;
import dev.tunedrop.functions.provider.faults.OneJobUnderFaults;

class SageMakerProviderTest extends OneJobUnderFaults {

    private static final String SPEC = "aws-sagemaker.json";
    private static final AwsModel MODEL = AwsModel.published(SPEC);
    private static final Duration CALM = Duration.ofSeconds(20);

    @Override
    protected Bench bench() {
        return new SageMakerBench(MODEL, PATIENCE);
    }

    /// Of AWS, 429 says only that it was asked too often.
    @Override
    protected boolean permanent(Fault fault) {
        return fault.permanent() && fault != Fault.QUOTA_429;
    }

    @Test
    void anOrderIsAServerlessJobWithItsChannelsGroupAndHyperparameters() {
        try (SageMakerBench bench = new SageMakerBench(MODEL, CALM)) {
            String name = submit(bench, bench.order("run-1"));
            ObjectNode job = bench.fake.job(name);
            assertThat(job.at("/ServerlessJobConfig/BaseModelArn").asText())
                    .isEqualTo("arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/"
                            + "meta-textgeneration-llama-3-1-8b-instruct");
            assertThat(job.at("/ServerlessJobConfig/CustomizationTechnique").asText())
                    .isEqualTo("SFT");
            assertThat(job.at("/ServerlessJobConfig/AcceptEula").asBoolean()).isTrue();
            assertThat(job.findValuesAsText("ChannelName")).containsExactly("train", "validation");
            assertThat(job.findValuesAsText("S3Uri"))
                    .containsExactly(
                            "s3://tunedrop-artefacts/runs/run-1/managed/train.jsonl",
                            "s3://tunedrop-artefacts/runs/run-1/managed/validation.jsonl");
            assertThat(job.at("/HyperParameters/max_epochs").asText()).isEqualTo("3");
            assertThat(job.at("/HyperParameters/lora_rank").asText()).isEqualTo("16");
            assertThat(job.at("/ModelPackageConfig/ModelPackageGroupArn").asText())
                    .isEqualTo(FakeSageMaker.GROUP);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void preferencePairsAreADpoJobAndAFreeModelAsksForNoAcceptance() {
        try (SageMakerBench bench = new SageMakerBench(MODEL, CALM)) {
            String name = submit(bench, Orders.of("run-1", "qwen-2.5-7b", "{}", Objective.DPO, null));
            assertThat(bench.fake
                            .job(name)
                            .at("/ServerlessJobConfig/CustomizationTechnique")
                            .asText())
                    .isEqualTo("DPO");
            assertThat(bench.fake.job(name).path("ServerlessJobConfig").has("AcceptEula"))
                    .isFalse();
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void aCreateThatAnotherOneWasFasterThanFindsThatOnesJob() {
        try (SageMakerBench bench = new SageMakerBench(MODEL, CALM)) {
            String first = submit(bench, bench.order("run-1"));
            bench.fake.hideOnce();
            assertThat(bench.provider.submit(bench.order("run-1"))).isEqualTo(new Submission.Accepted(first, true));
            assertThat(bench.jobs()).isEqualTo(1);
        }
    }

    @Test
    void aLicenceThatNobodyAcceptedAndAModelThatIsNotKnownAreRefusedBeforeAnythingIsSent() {
        try (SageMakerBench bench = new SageMakerBench(MODEL, CALM)) {
            assertThat(bench.provider.submit(Orders.of("run-1", "gpt-oss-20b")))
                    .isInstanceOfSatisfying(
                            Submission.Refused.class,
                            no -> assertThat(no.code()).isEqualTo("not-available"));
            assertThat(bench.unaccepting().submit(bench.order("run-1")))
                    .isInstanceOfSatisfying(
                            Submission.Refused.class,
                            no -> assertThat(no.reason())
                                    .contains("nobody has accepted the Llama 3.1 Community License"));
            assertThat(bench.jobs()).isZero();
        }
    }

    @Test
    void theSpecificationIsTheOneThatRequestsAreHeldTo() {
        assumeTrue(Files.isRegularFile(AwsModel.file(SPEC)), "shared data is absent: " + AwsModel.file(SPEC));
        try (SageMakerBench bench = new SageMakerBench(MODEL, CALM)) {
            assertThat(bench.with("no ARN", Set.of("llama-3.1-8b")).submit(bench.order("run-1")))
                    .isInstanceOf(Submission.Refused.class);
            assertThat(bench.fake.complaints()).anyMatch(fault -> fault.startsWith("CreateTrainingJob.RoleArn"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "InProgress, Starting, VALIDATING",
        "InProgress, Pending, QUEUED",
        "InProgress, Training, RUNNING",
        "InProgress, Interrupted, PAUSED",
        "Stopping, Stopping, CANCELLING",
        "Stopped, Stopped, CANCELLED",
        "Completed, Completed, SUCCEEDED",
        "Failed, Failed, FAILED",
        "Deleting, Deleting, UNKNOWN",
    })
    void aJobStandsWhereItsStatusSays(String status, String phase, ProviderState state) {
        try (SageMakerBench bench = new SageMakerBench(MODEL, CALM)) {
            String job = submit(bench, bench.order("run-1"));
            bench.fake.job(job).put("TrainingJobStatus", status).put("SecondaryStatus", phase);
            bench.fake.job(job).put("FailureReason", "ClientError: the row 'hush' is bad");
            bench.fake.job(job).putObject("ProgressInfo").put("CurrentStep", 7);
            JobProgress progress = bench.provider.progress(job);
            assertThat(progress.state()).isEqualTo(state);
            assertThat(progress.step()).isEqualTo(7);
            assertThat(progress.reason())
                    .isEqualTo(
                            state == ProviderState.FAILED
                                    ? "ClientError; the job's page in SageMaker says more"
                                    : null);
        }
    }

    @Test
    void aJobThatSucceededNamesItsVersionAndItsTokensAndIsStoppedInPeace() {
        try (SageMakerBench bench = new SageMakerBench(MODEL, CALM)) {
            String job = submit(bench, bench.order("run-1"));
            assertThat(bench.provider.result(job)).isEmpty();
            String version = "arn:aws:sagemaker:us-east-1:111122223333:model-package/tunedrop/1";
            bench.fake.job(job).put("TrainingJobStatus", "Completed").put("SecondaryStatus", "Completed");
            bench.fake.job(job).put("OutputModelPackageArn", version).put("BillableTokenCount", 1234);
            assertThat(bench.provider.result(job)).contains(new ManagedModel(version, 1234L, null, null));
            bench.provider.cancel(job);
            assertThat(bench.provider.serve(version, "support")).contains(version);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }
}
