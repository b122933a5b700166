package dev.tunedrop.functions.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Jobs;

/// Takes jobs back for which no spot machine comes; the workflow knows them by the first words of the reason, chooses
/// among the other routes and submits to the on-demand queue. A queue in which any job has a machine moves, and jobs
/// behind it wait their turn.
public final class WatchJobsHandler extends JsonHandler<Tick, WatchJobsHandler.TakenBack> {

    /// What `tunedrop.asl.json` looks for in a job's end.
    static final String NO_SPOT_MACHINE = "tunedrop: no spot machine";

    private static final Logger LOG = LoggerFactory.getLogger(WatchJobsHandler.class);

    private final Jobs jobs;
    private final String queue;
    private final Duration patience;
    private final Clock clock;

    public WatchJobsHandler() {
        this(
                Wiring.jobs(),
                Configuration.required("TUNEDROP_JOB_QUEUE"),
                Duration.ofMinutes(Long.parseLong(Configuration.value("TUNEDROP_STUCK_MINUTES", "20"))),
                Clock.systemUTC());
    }

    /// @param patience how long a job may wait while no job of the queue has a machine
    public WatchJobsHandler(Jobs jobs, String queue, Duration patience, Clock clock) {
        super(Tick.class);
        this.jobs = jobs;
        this.queue = queue;
        this.patience = patience;
        this.clock = clock;
    }

    /// @param runs whose jobs were taken back
    public record TakenBack(List<String> runs) {
        public TakenBack {
            runs = List.copyOf(runs);
        }
    }

    @Override
    public TakenBack handle(Tick tick) {
        Jobs.Line line = jobs.line(queue);
        if (line.busy() > 0) return new TakenBack(List.of());
        Instant latest = clock.instant().minus(patience);
        List<String> runs = new ArrayList<>();
        for (Jobs.Waiting job : line.waiting()) {
            if (job.since().isAfter(latest)) continue;
            jobs.withdraw(
                    job.jobId(),
                    "%s came in %d minutes, so the job goes to the on-demand queue"
                            .formatted(NO_SPOT_MACHINE, patience.toMinutes()));
            LOG.warn("the job of run {} waited since {} and goes to the on-demand queue", job.name(), job.since());
            runs.add(job.name());
        }
        return new TakenBack(runs);
    }
}
