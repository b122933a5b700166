package dev.tunedrop.functions.provider.fireworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.run.RunSettings.Objective;
import dev.tunedrop.functions.provider.JobProgress;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.OneJobUnderFaults;

class FireworksProviderTest extends OneJobUnderFaults {

    private static final Duration CALM = Duration.ofSeconds(20);

    @Override
    protected Bench bench() {
        return new FireworksBench(PATIENCE);
    }

    @Test
    void oneContentIsOneDatasetHoweverManyJobsNameIt() {
        try (FireworksBench bench = new FireworksBench(CALM)) {
            submit(bench, bench.order("run-1"));
            submit(bench, bench.order("run-2"));
            assertThat(bench.jobs()).isEqualTo(2);
            assertThat(bench.fake.datasets()).isEqualTo(1);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void preferencePairsAreAJobOfTheirOwnKindAndAreFoundAgain() {
        try (FireworksBench bench = new FireworksBench(CALM)) {
            TrainingOrder order = Orders.of("run-1", FireworksBench.LLAMA, "{}", Objective.DPO, null);
            String job = submit(bench, order);
            assertThat(job).startsWith("dpoJobs/tunedrop-");
            assertThat(bench.provider.submit(order)).isEqualTo(new Submission.Accepted(job, true));
            assertThat(bench.fake.job(job).at("/trainingConfig/baseModel").asText())
                    .isEqualTo(FireworksBench.LLAMA);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void pairsAreTrainedByDpoWithTheBetaOfTheSettingsOrNotAtAll() {
        try (FireworksBench bench = new FireworksBench(CALM)) {
            String quarter = "{\"dpo\": {\"beta\": 0.25}}";
            String job = submit(bench, Orders.of("run-1", FireworksBench.LLAMA, quarter, Objective.DPO, null));
            assertThat(bench.fake.job(job).at("/lossConfig/dpo/beta").asDouble())
                    .isEqualTo(0.25);
            TrainingOrder half =
                    Orders.of("run-2", FireworksBench.LLAMA, "{\"dpo\": {\"beta\": 0.5}}", Objective.DPO, null);
            assertThat(bench.provider.submit(half))
                    .isInstanceOfSatisfying(
                            Submission.Refused.class,
                            refused -> assertThat(refused.reason()).contains("dpo.beta must be below 0.5"));
            assertThat(bench.fake.jobIds()).containsExactly(job);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "JOB_STATE_VALIDATING, VALIDATING",
        "JOB_STATE_PENDING, QUEUED",
        "JOB_STATE_RUNNING, RUNNING",
        "JOB_STATE_PAUSED, PAUSED",
        "JOB_STATE_COMPLETED, SUCCEEDED",
        "JOB_STATE_FAILED, FAILED",
        "JOB_STATE_CANCELLED, CANCELLED",
        "JOB_STATE_DREAMING, UNKNOWN",
    })
    void aJobStandsWhereItsStateSays(String said, ProviderState state) {
        try (FireworksBench bench = new FireworksBench(CALM)) {
            String job = submit(bench, bench.order("run-1"));
            ObjectNode there = bench.fake.job(job).put("state", said);
            there.putObject("status").put("code", "INVALID_ARGUMENT").put("message", "the row 'hush' is bad");
            JobProgress progress = bench.provider.progress(job);
            assertThat(progress.state()).isEqualTo(state);
            assertThat(progress.reason()).isEqualTo(state == ProviderState.FAILED ? "INVALID_ARGUMENT" : null);
        }
    }

    @Test
    void aJobThatSucceededNamesItsModelAndIsCancelledInPeace() {
        try (FireworksBench bench = new FireworksBench(CALM)) {
            String job = submit(bench, bench.order("run-1"));
            assertThat(bench.provider.result(job)).isEmpty();
            ObjectNode there = bench.fake.job(job).put("state", "JOB_STATE_COMPLETED");
            String model = there.path("outputModel").asText();
            assertThat(bench.provider.result(job)).contains(new ManagedModel(model, null, null, null));
            bench.provider.cancel(job);
            assertThat(bench.provider.progress(job).state()).isEqualTo(ProviderState.SUCCEEDED);
            assertThat(bench.provider.serve(model, "support"))
                    .as("nothing is bought")
                    .contains(model);
        }
    }

    @Test
    void aModelIsLoadedOntoTheDeploymentThatIsPaidForOnceAndAnswersThere() {
        try (FireworksBench bench = new FireworksBench(CALM)) {
            FireworksProvider paid = bench.with("gpu-1");
            String model = "accounts/acme/models/tunedrop-1";
            assertThat(paid.serve(model, "support")).isEmpty();
            assertThat(paid.serve(model, "support")).as("still loading").isEmpty();
            assertThat(bench.fake.loaded()).hasSize(1);
            bench.fake.loaded().getFirst().put("state", "DEPLOYED");
            String asked = paid.serve(model, "support").orElseThrow();
            assertThat(asked).isEqualTo(model + "#accounts/acme/deployments/gpu-1");
            assertThat(paid.ask(asked, Orders.QUESTION, 10)).isEqualTo(FakeService.ANSWER);
            assertThatExceptionOfType(SaysNo.class)
                    .isThrownBy(() -> paid.ask(model, Orders.QUESTION, 10))
                    .withMessageContaining("set TUNEDROP_FIREWORKS_DEPLOYMENT");
            assertThat(bench.fake.complaints()).isEmpty();
            bench.fake.loaded().getFirst().put("state", "FAILED");
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> paid.serve(model, "support"))
                    .withMessageContaining("could not load " + model);
        }
    }
}
