package dev.tunedrop.functions.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.JobProgress;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.faults.Fault;
import dev.tunedrop.functions.provider.faults.OneJobUnderFaults;

class OpenAiProviderTest extends OneJobUnderFaults {

    @Override
    protected Bench bench() {
        return OpenAiBench.of(RequestSchema.NONE, PATIENCE);
    }

    @Test
    void aRunningJobTellsTheStepOfItsNewestEventAndGoesOnWithoutOne() {
        try (OpenAiBench<FakeOpenAi> bench = OpenAiBench.of(RequestSchema.NONE, PATIENCE)) {
            bench.provider.submit(bench.order("run-1"));
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
        try (OpenAiBench<FakeOpenAi> bench = OpenAiBench.of(RequestSchema.NONE, PATIENCE)) {
            bench.service.misbehave("POST fine_tuning/jobs", Fault.DROPPED_BEFORE, 1);
            assertThatExceptionOfType(TransientFailure.class)
                    .isThrownBy(() -> bench.provider.submit(bench.order("run-1")));
            bench.pass(OpenAiProvider.SETTLED.minusSeconds(1));
            assertThatExceptionOfType(TransientFailure.class)
                    .isThrownBy(() -> bench.provider.submit(bench.order("run-1")))
                    .withMessageContaining("may still show up");
            bench.pass(Duration.ofSeconds(1));
            assertThat(bench.provider.submit(bench.order("run-1"))).isInstanceOf(Submission.Accepted.class);
        }
    }

    @Test
    void everyRequestFitsThePublishedSchema() {
        assumeTrue(Files.isRegularFile(RequestSchema.file()), "shared data is absent: OpenAI's published schema");
        try (OpenAiBench<FakeOpenAi> bench = OpenAiBench.of(RequestSchema.published(), Duration.ofSeconds(20))) {
            assertThat(bench.provider.submit(bench.order("run-1"))).isInstanceOf(Submission.Accepted.class);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @Test
    void oneContentIsSentOnce() {
        try (OpenAiBench<FakeOpenAi> bench = OpenAiBench.of(RequestSchema.NONE, PATIENCE)) {
            bench.provider.submit(bench.order("run-1"));
            bench.provider.submit(bench.order("run-2"));
            assertThat(bench.jobs()).isEqualTo(2);
            assertThat(bench.fake.files()).isEqualTo(1);
        }
    }

    @Test
    void aBaseThatIsShutDownIsRefusedBeforeAnythingIsSent() {
        try (OpenAiBench<FakeOpenAi> bench = OpenAiBench.of(RequestSchema.NONE, PATIENCE)) {
            Submission answer = bench.provider.submit(OpenAiBench.order("run-1", "gpt-retired"));
            assertThat(answer)
                    .isEqualTo(new Submission.Refused("retired", "openai shut gpt-retired down on 2020-01-01"));
            assertThat(bench.fake.files()).isZero();
        }
    }

    @Test
    void aStatusThatNobodyKnowsYetAsksForPatience() {
        try (OpenAiBench<FakeOpenAi> bench = OpenAiBench.of(RequestSchema.NONE, PATIENCE)) {
            String id = ((Submission.Accepted) bench.provider.submit(bench.order("run-1"))).jobId();
            bench.fake.job(id).put("status", "dreaming");
            assertThat(bench.provider.progress(id))
                    .isEqualTo(new JobProgress(ProviderState.UNKNOWN, "dreaming", null, null));
            bench.fake.job(id).put("status", "paused");
            assertThat(bench.provider.progress(id).state()).isEqualTo(ProviderState.PAUSED);
        }
    }

    @Test
    void aJobThatSucceededTellsItsModelTokensAndHeldOutLoss() {
        try (OpenAiBench<FakeOpenAi> bench = OpenAiBench.of(RequestSchema.NONE, PATIENCE)) {
            String id = ((Submission.Accepted) bench.provider.submit(bench.order("run-1"))).jobId();
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
        try (OpenAiBench<FakeOpenAi> bench =
                OpenAiBench.of(RequestSchema.NONE, PATIENCE, profile(Long.MAX_VALUE, false))) {
            bench.fake.listJobsInPagesOf(2);
            List<Submission> first = new ArrayList<>();
            for (int i = 1; i <= 5; i++) first.add(bench.provider.submit(bench.order("run-" + i)));
            assertThat(bench.jobs()).isEqualTo(5);
            assertThat(bench.provider.submit(bench.order("run-5")))
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
                p.chats(),
                p.states());
    }

    @Test
    void aLargeFileGoesInPartsThatAddUp() {
        OpenAiProfile parts = profile(4L, OpenAiBench.profile("openai").metadata());
        try (OpenAiBench<FakeOpenAi> bench = OpenAiBench.of(RequestSchema.published(), Duration.ofSeconds(20), parts)) {
            assertThat(bench.provider.submit(bench.order("run-1"))).isInstanceOf(Submission.Accepted.class);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }
}
