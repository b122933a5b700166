package dev.tunedrop.functions.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.cloud.Jobs;

/// Which waiting jobs are taken back.
class WatchJobsHandlerTest {

    private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final Map<String, String> withdrawn = new LinkedHashMap<>();

    private List<String> watched(int busy, Jobs.Waiting... waiting) {
        Jobs jobs = new Jobs() {
            @Override
            public Line line(String queue) {
                assertThat(queue).isEqualTo("spot");
                return new Line(List.of(waiting), busy);
            }

            @Override
            public void withdraw(String jobId, String reason) {
                withdrawn.put(jobId, reason);
            }
        };
        return new WatchJobsHandler(jobs, "spot", PATIENCE, Clock.fixed(NOW, ZoneOffset.UTC))
                .handle(new Tick(null))
                .runs();
    }

    private static Jobs.Waiting waiting(String run, Duration since) {
        return new Jobs.Waiting("job-" + run, run, NOW.minus(since));
    }

    @Test
    void aJobThatWaitedTooLongIsTakenBackWithTheReasonThatTheWorkflowKnows() {
        assertThat(watched(0, waiting("old", Duration.ofMinutes(21)), waiting("new", Duration.ofMinutes(19))))
                .containsExactly("old");
        assertThat(withdrawn).containsOnlyKeys("job-old");
        assertThat(withdrawn.get("job-old"))
                .startsWith(WatchJobsHandler.NO_SPOT_MACHINE)
                .contains("20 minutes")
                .contains("on-demand queue");
    }

    @Test
    void behindAJobThatHasAMachineNobodyIsTakenBack() {
        assertThat(watched(1, waiting("old", Duration.ofDays(1)))).isEmpty();
        assertThat(withdrawn).isEmpty();
    }

    @Test
    void anEmptyQueueIsLeftAlone() {
        assertThat(watched(0)).isEmpty();
    }
}
