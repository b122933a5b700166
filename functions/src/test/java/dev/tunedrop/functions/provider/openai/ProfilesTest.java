package dev.tunedrop.functions.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.MemoryAttempts;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.Fault;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// Each profile beside OpenAI's own, once all the way and once refused.
class ProfilesTest {

    private static final TrainingOrder ORDER = Orders.of("run-1", "a-model");

    private static final class Bench implements AutoCloseable {
        private final FakeProfile fake;
        private final FaultyService service;
        private final ServiceHttp http =
                new ServiceHttp(new AllowedHosts(List.of(), true), Duration.ofSeconds(5), Duration.ofSeconds(20));
        private final OpenAiProvider provider;

        Bench(String id) {
            fake = new FakeProfile(id);
            service = new FaultyService(fake, FakeProfile::operation);
            OpenAiProfile profile = OpenAiBench.profile(id);
            provider = new OpenAiProvider(
                    profile,
                    new OpenAiApi(profile, URI.create(service.address() + "v1/"), FakeProfile::key, http),
                    file -> () -> new ByteArrayInputStream(Orders.ROWS),
                    null,
                    new MemoryAttempts(),
                    Clock.systemUTC());
        }

        @Override
        public void close() {
            http.close();
            service.close();
        }
    }

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
        try (Bench bench = new Bench(id)) {
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
            assertThat(bench.provider.result(job)).contains(new ManagedModel("tuned", 1234L, null, null));
            assertThat(bench.fake.jobs()).isEqualTo(1);
            assertThat(bench.fake.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void aRefusalForGoodIsAnAnswer(String id) {
        try (Bench bench = new Bench(id)) {
            bench.service.misbehaveForEver("POST files", Fault.FORBIDDEN_403);
            assertThat(bench.provider.submit(ORDER)).isInstanceOfSatisfying(Submission.Refused.class, no -> {
                assertThat(no.code()).isEqualTo("not-available");
                assertThat(no.reason()).startsWith(id);
            });
            assertThat(bench.fake.jobs()).isZero();
        }
    }
}
