package dev.tunedrop.functions.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.Fault;

/// Each profile beside OpenAI's own, once all the way and once refused.
class ProfilesTest {

    private static final TrainingOrder ORDER = Orders.of("run-1", "a-model");

    static Stream<String> services() {
        return FakeProfile.services().stream().sorted();
    }

    @Test
    void everyProfileButOpenAisOwnIsTriedHere() {
        assertThat(OpenAiProfile.all().stream().map(OpenAiProfile::id).filter(id -> !id.equals("openai")))
                .containsExactlyInAnyOrderElementsOf(FakeProfile.services());
    }

    @ParameterizedTest
    @MethodSource("services")
    void aJobIsOrderedFoundAgainFollowedAndCollected(String id) {
        try (OpenAiBench<FakeProfile> bench = OpenAiBench.of(id)) {
            if (OpenAiBench.profile(id).waitsForFiles())
                assertThatExceptionOfType(TransientFailure.class)
                        .isThrownBy(() -> bench.provider.submit(ORDER))
                        .withMessageContaining("still being looked at");
            Submission first = bench.provider.submit(ORDER);
            assertThat(first).as(bench.fake.complaints().toString()).isInstanceOf(Submission.Accepted.class);
            String job = ((Submission.Accepted) first).jobId();
            assertThat(bench.provider.submit(ORDER)).isEqualTo(new Submission.Accepted(job, true));
            assertThat(bench.provider.progress(job).state()).isIn(ProviderState.QUEUED, ProviderState.VALIDATING);
            bench.fake.succeed(job);
            assertThat(bench.provider.progress(job).state()).isEqualTo(ProviderState.SUCCEEDED);
            assertThat(bench.provider.result(job)).contains(new ManagedModel("tuned", FakeService.TOKENS, null, null));
            if (OpenAiBench.profile(id).chats())
                assertThat(bench.provider.ask("tuned", Orders.QUESTION, 10)).isEqualTo(FakeService.ANSWER);
            else
                assertThatExceptionOfType(SaysNo.class)
                        .isThrownBy(() -> bench.provider.ask("tuned", Orders.QUESTION, 10))
                        .withMessageStartingWith(id);
            assertThat(bench.jobs()).isEqualTo(1);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void aRefusalForGoodIsAnAnswer(String id) {
        try (OpenAiBench<FakeProfile> bench = OpenAiBench.of(id)) {
            bench.service.misbehaveForEver("POST files", Fault.FORBIDDEN_403);
            assertThat(bench.provider.submit(ORDER)).isInstanceOfSatisfying(Submission.Refused.class, no -> {
                assertThat(no.code()).isEqualTo("not-available");
                assertThat(no.reason()).startsWith(id);
            });
            assertThat(bench.jobs()).isZero();
        }
    }
}
