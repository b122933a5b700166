package dev.tunedrop.functions.provider.vertex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.run.RunSettings.Objective;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.JobProgress;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.Fault;
import dev.tunedrop.functions.provider.faults.OneJobUnderFaults;

class VertexProviderTest extends OneJobUnderFaults {

    private static final Duration CALM = Duration.ofSeconds(20);

    @Override
    protected Bench bench() {
        return new VertexBench(PATIENCE);
    }

    @Test
    void oneContentIsCopiedOnceAndAnIdentityServesUntilItIsNearItsEnd() {
        try (VertexBench bench = new VertexBench(CALM)) {
            submit(bench, bench.order("run-1"));
            submit(bench, bench.order("run-2"));
            assertThat(bench.fake.objects()).isEqualTo(1);
            assertThat(bench.fake.tokens()).isEqualTo(1);
            assertThat(bench.fake.signed()).contains("x-amz-security-token");
            bench.pass(Duration.ofMinutes(56));
            submit(bench, bench.order("run-3"));
            assertThat(bench.fake.tokens())
                    .as("a fresh one for each use by now")
                    .isGreaterThan(1);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void aCreateThatShowsUpLateIsNotSentAgain() {
        try (VertexBench bench = new VertexBench(CALM)) {
            bench.service.misbehave("POST tuningJobs", Fault.DROPPED_AFTER, 1);
            bench.fake.listLate(true);
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(TransientFailure.class)
                        .isThrownBy(() -> bench.provider.submit(bench.order("run-1")));
                bench.pass(Duration.ofSeconds(29));
            }
            bench.fake.listLate(false);
            assertThat(bench.provider.submit(bench.order("run-1"))).isEqualTo(new Submission.Accepted("1", true));
            assertThat(bench.jobs()).isEqualTo(1);
        }
    }

    @Test
    void aCopyThatIsNotWhatWasSentIsMadeAgainAndNeverTrainedOn() {
        try (VertexBench bench = new VertexBench(CALM)) {
            submit(bench, bench.order("run-1"));
            bench.fake.spoil();
            bench.service.misbehave("PUT object", Fault.TOO_MANY_429, 1);
            assertThatExceptionOfType(TransientFailure.class)
                    .isThrownBy(() -> bench.provider.submit(bench.order("run-2")));
            assertThat(bench.jobs()).isEqualTo(1);
            submit(bench, bench.order("run-2"));
            assertThat(bench.jobs()).isEqualTo(2);
        }
    }

    @Test
    void preferencePairsAreOrderedByTheirOwnSpecification() {
        try (VertexBench bench = new VertexBench(CALM)) {
            String job = submit(
                    bench, Orders.of("run-1", VertexBench.GEMINI, "{\"dpo\":{\"beta\":0.2}}", Objective.DPO, null));
            JsonNode spec = bench.fake.job(job).path("preferenceOptimizationSpec");
            assertThat(spec.at("/hyperParameters/beta").asDouble()).isEqualTo(0.2);
            assertThat(spec.path("trainingDatasetUri").asText()).startsWith("gs://");
            assertThat(bench.provider.targets(VertexBench.GEMINI)).containsExactly("vertex-gemini", "vertex-dpo");
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, ONE", "3, TWO", "8, EIGHT", "16, SIXTEEN", "64, SIXTEEN"})
    void theAdapterIsTheLargestThatGeminiTakesAndNoLargerThanTheRank(int rank, String size) {
        try (VertexBench bench = new VertexBench(CALM)) {
            String job = submit(
                    bench, Orders.of("run-1", VertexBench.GEMINI, "{\"rank\":" + rank + "}", Objective.SFT, null));
            assertThat(bench.fake
                            .job(job)
                            .at("/supervisedTuningSpec/hyperParameters/adapterSize")
                            .asText())
                    .isEqualTo("ADAPTER_SIZE_" + size);
            assertThat(bench.fake.job(job).path("supervisedTuningSpec").has("validationDatasetUri"))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "JOB_STATE_QUEUED, QUEUED",
        "JOB_STATE_PENDING, VALIDATING",
        "JOB_STATE_RUNNING, RUNNING",
        "JOB_STATE_PAUSED, PAUSED",
        "JOB_STATE_CANCELLING, CANCELLING",
        "JOB_STATE_SUCCEEDED, SUCCEEDED",
        "JOB_STATE_PARTIALLY_SUCCEEDED, SUCCEEDED",
        "JOB_STATE_EXPIRED, FAILED",
        "JOB_STATE_CANCELLED, CANCELLED",
        "JOB_STATE_DREAMING, UNKNOWN",
    })
    void aJobStandsWhereItsStateSays(String said, ProviderState state) {
        try (VertexBench bench = new VertexBench(CALM)) {
            String job = submit(bench, bench.order("run-1"));
            ObjectNode there = bench.fake.job(job).put("state", said);
            there.putObject("error").put("code", 3).put("message", "the row 'hush' is bad");
            JobProgress progress = bench.provider.progress(job);
            assertThat(progress.state()).isEqualTo(state);
            assertThat(progress.reason())
                    .isEqualTo(
                            state == ProviderState.FAILED ? "gRPC code 3; the job's page in Vertex says more" : null);
        }
    }

    @Test
    void aJobThatSucceededIsAskedByItsEndpointTellsItsTokensAndIsCancelledInPeace() {
        try (VertexBench bench = new VertexBench(CALM)) {
            String job = submit(bench, bench.order("run-1"));
            assertThat(bench.provider.result(job)).isEmpty();
            ObjectNode there = bench.fake.job(job).put("state", "JOB_STATE_SUCCEEDED");
            there.putObject("tunedModel")
                    .put("model", "projects/1/models/2@1")
                    .put("endpoint", "projects/1/endpoints/3");
            there.putObject("tuningDataStats")
                    .putObject("supervisedTuningDataStats")
                    .put("totalBillableTokenCount", "1234");
            assertThat(bench.provider.result(job))
                    .contains(new ManagedModel("projects/1/endpoints/3", 1234L, null, null));
            assertThat(bench.provider.ask("projects/1/endpoints/3", Orders.QUESTION, 10))
                    .isEqualTo(FakeService.ANSWER);
            assertThatExceptionOfType(SaysNo.class)
                    .isThrownBy(() -> bench.provider.ask("projects/1/models/2@1", Orders.QUESTION, 10))
                    .withMessageContaining("once a person has deployed it");
            assertThat(bench.fake.complaints()).isEmpty();
            bench.provider.cancel(job);
            assertThat(bench.provider.progress(job).state()).isEqualTo(ProviderState.SUCCEEDED);
        }
    }
}
