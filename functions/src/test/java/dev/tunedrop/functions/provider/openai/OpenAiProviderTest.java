package dev.tunedrop.functions.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.JobProgress;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.Fault;

class OpenAiProviderTest {

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int TRIES = 30;
    private static final int FOR_EVER = Integer.MAX_VALUE;

    /// As the workflow does: tries again, with waits in between, while the failure may pass.
    private static @Nullable Submission patient(OpenAiBench bench, TrainingOrder order) {
        for (int i = 0; i < TRIES; i++) {
            try {
                return bench.provider.submit(order);
            } catch (TransientFailure later) {
                bench.pass(Duration.ofSeconds(15));
            }
        }
        return null;
    }

    static Stream<Arguments> everyFaultEverywhere() {
        List<Arguments> cases = new ArrayList<>();
        for (Fault fault : Fault.values())
            for (String operation : FakeOpenAi.OPERATIONS_OF_A_SUBMIT)
                for (int times : new int[] {1, 3, FOR_EVER}) {
                    boolean slow = fault == Fault.SILENCE && times == FOR_EVER;
                    if (!slow) cases.add(Arguments.of(fault, operation, times));
                }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("everyFaultEverywhere")
    void noFaultMakesTwoJobsOrLosesOne(Fault fault, String operation, int times) {
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.NONE, PATIENCE)) {
            bench.service.misbehave(operation, fault, times);
            Submission answer = patient(bench, OpenAiBench.order("run-1"));
            boolean createMayHaveWorked = operation.equals("POST fine_tuning/jobs") && fault.work() == Fault.Work.DONE;
            if (answer instanceof Submission.Accepted accepted) {
                assertThat(bench.fake.jobs()).isEqualTo(1);
                assertThat(bench.fake.job(accepted.jobId())).isNotNull();
            } else if (answer instanceof Submission.Refused refused) {
                assertThat(bench.fake.jobs()).isZero();
                assertThat(fault.permanent()).as(refused.reason()).isTrue();
                assertThat(refused.code()).isNotEmpty();
            } else {
                assertThat(times).isEqualTo(FOR_EVER);
                assertThat(fault.permanent()).isFalse();
                assertThat(createMayHaveWorked).isFalse();
                assertThat(bench.fake.jobs()).isZero();
            }
            if (fault.permanent()) assertThat(answer).isInstanceOf(Submission.Refused.class);
            assertThat(bench.fake.complaints()).isEmpty();
            bench.service.behave();
            if (answer == null)
                assertThat(patient(bench, OpenAiBench.order("run-1"))).isInstanceOf(Submission.Accepted.class);
        }
    }

    @Test
    void ofTwoHundredCreatesWhoseAnswersAreLostEachMakesExactlyOneJob() {
        Fault[] lost = {
            Fault.DROPPED_BEFORE,
            Fault.DROPPED_AFTER,
            Fault.HALF_ANSWER,
            Fault.EMPTY_200,
            Fault.SERVER_ERROR_500,
            Fault.BAD_GATEWAY_502,
            Fault.UNAVAILABLE_503,
            Fault.TIMEOUT_408
        };
        Random random = new Random(7);
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.NONE, PATIENCE)) {
            for (int trial = 0; trial < 200; trial++) {
                bench.service.misbehave(
                        "POST fine_tuning/jobs", lost[random.nextInt(lost.length)], 1 + random.nextInt(2));
                if (random.nextBoolean())
                    bench.service.misbehave("GET fine_tuning/jobs", lost[random.nextInt(lost.length)], 1);
                assertThat(patient(bench, OpenAiBench.order("run-" + trial))).isInstanceOf(Submission.Accepted.class);
                assertThat(bench.fake.jobs()).as("trial %s", trial).isEqualTo(trial + 1);
            }
        }
    }

    @Test
    void aRunningJobTellsTheStepOfItsNewestEventAndGoesOnWithoutOne() {
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.NONE, PATIENCE)) {
            bench.provider.submit(OpenAiBench.order("run-1"));
            String job = bench.fake.jobIds().getFirst();
            bench.fake.train(job, 30, 100, 0.52);
            assertThat(bench.provider.progress(job))
                    .isEqualTo(new JobProgress(ProviderState.RUNNING, "running", null, 30L, 100L, 0.52, null));
            bench.service.misbehaveForEver("GET fine_tuning/jobs/{id}/events", Fault.SERVER_ERROR_500);
            assertThat(bench.provider.progress(job))
                    .isEqualTo(new JobProgress(ProviderState.RUNNING, "running", null, null));
        }
    }

    @Test
    void aCreateThatShowsUpLateIsNotSentAgain() {
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.NONE, PATIENCE)) {
            bench.service.misbehave("POST fine_tuning/jobs", Fault.DROPPED_BEFORE, 1);
            assertThatExceptionOfType(TransientFailure.class)
                    .isThrownBy(() -> bench.provider.submit(OpenAiBench.order("run-1")));
            bench.pass(OpenAiProvider.SETTLED.minusSeconds(1));
            assertThatExceptionOfType(TransientFailure.class)
                    .isThrownBy(() -> bench.provider.submit(OpenAiBench.order("run-1")))
                    .withMessageContaining("may still show up");
            bench.pass(Duration.ofSeconds(1));
            assertThat(bench.provider.submit(OpenAiBench.order("run-1"))).isInstanceOf(Submission.Accepted.class);
        }
    }

    @Test
    void everyRequestFitsThePublishedSchema() {
        assumeTrue(Files.isRegularFile(RequestSchema.file()), "shared data is absent: OpenAI's published schema");
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.published(), Duration.ofSeconds(20))) {
            assertThat(bench.provider.submit(OpenAiBench.order("run-1"))).isInstanceOf(Submission.Accepted.class);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void theSecondSubmitOfAnOrderFindsTheFirstOnesJob() {
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.NONE, PATIENCE)) {
            Submission first = bench.provider.submit(OpenAiBench.order("run-1"));
            Submission second = bench.provider.submit(OpenAiBench.order("run-1"));
            assertThat(second).isEqualTo(new Submission.Accepted(((Submission.Accepted) first).jobId(), true));
            bench.provider.submit(OpenAiBench.order("run-2"));
            assertThat(bench.fake.jobs()).isEqualTo(2);
            assertThat(bench.fake.files()).as("one content is sent once").isEqualTo(1);
        }
    }

    @Test
    void aBaseThatIsShutDownIsRefusedBeforeAnythingIsSent() {
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.NONE, PATIENCE)) {
            Submission answer = bench.provider.submit(OpenAiBench.order("run-1", "gpt-retired"));
            assertThat(answer)
                    .isEqualTo(new Submission.Refused("retired", "openai shut gpt-retired down on 2020-01-01"));
            assertThat(bench.fake.files()).isZero();
        }
    }

    @Test
    void aStatusThatNobodyKnowsYetAsksForPatience() {
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.NONE, PATIENCE)) {
            String id = ((Submission.Accepted) bench.provider.submit(OpenAiBench.order("run-1"))).jobId();
            bench.fake.job(id).put("status", "dreaming");
            assertThat(bench.provider.progress(id))
                    .isEqualTo(new JobProgress(ProviderState.UNKNOWN, "dreaming", null, null));
            bench.fake.job(id).put("status", "paused");
            assertThat(bench.provider.progress(id).state()).isEqualTo(ProviderState.PAUSED);
        }
    }

    @Test
    void aJobThatSucceededTellsItsModelTokensAndHeldOutLoss() {
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.NONE, PATIENCE)) {
            String id = ((Submission.Accepted) bench.provider.submit(OpenAiBench.order("run-1"))).jobId();
            assertThat(bench.provider.result(id)).isEmpty();
            bench.fake.job(id).put("status", "succeeded").put("trained_tokens", 1234);
            bench.fake.job(id).put("fine_tuned_model", "ft:gpt:td");
            assertThat(bench.provider.result(id)).contains(new ManagedModel("ft:gpt:td", 1234L, null, 0.25));
            bench.provider.cancel(id);
            assertThat(bench.provider.progress(id).state()).isEqualTo(ProviderState.SUCCEEDED);
        }
    }

    @Test
    void aJobIsFoundOnALaterPageWhereTheServiceFiltersNothing() {
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.NONE, PATIENCE, profile(Long.MAX_VALUE, false))) {
            bench.fake.listJobsInPagesOf(2);
            List<Submission> first = new ArrayList<>();
            for (int i = 1; i <= 5; i++) first.add(bench.provider.submit(OpenAiBench.order("run-" + i)));
            assertThat(bench.fake.jobs()).isEqualTo(5);
            assertThat(bench.provider.submit(OpenAiBench.order("run-5")))
                    .isEqualTo(new Submission.Accepted(((Submission.Accepted) first.getLast()).jobId(), true));
        }
    }

    private static OpenAiProfile profile(long uploadAboveBytes, boolean metadata) {
        OpenAiProfile p = OpenAiBench.profile("openai");
        return new OpenAiProfile(
                p.id(),
                p.source(),
                p.asOf(),
                p.baseUrl(),
                p.hosts(),
                p.authHeader(),
                p.authPrefix(),
                p.secret(),
                p.webhookSecret(),
                p.targets(),
                p.insideAccount(),
                p.dialect(),
                p.jobs(),
                uploadAboveBytes,
                metadata,
                p.waitsForFiles(),
                p.pauses(),
                p.events(),
                p.checkpoints(),
                p.shutdownDates(),
                p.states());
    }

    @Test
    void aLargeFileGoesInPartsThatAddUp() {
        OpenAiProfile parts = profile(4L, OpenAiBench.profile("openai").metadata());
        try (OpenAiBench bench = new OpenAiBench(RequestSchema.published(), Duration.ofSeconds(20), parts)) {
            assertThat(bench.provider.submit(OpenAiBench.order("run-1"))).isInstanceOf(Submission.Accepted.class);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }
}
