package dev.tunedrop.functions.managed;

import java.time.Clock;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.ManagedProgress;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.managed.ManagedJob.News;
import dev.tunedrop.functions.provider.JobProgress;

/// Keeps the workflow's question where a webhook finds it, then looks at the job itself: one that has ended answers the
/// question at once. Otherwise a webhook does, or the wait runs out and the workflow asks again.
public final class FollowProviderHandler extends JsonHandler<Step.Approval, Step.Run> {

    private static final Logger LOG = LoggerFactory.getLogger(FollowProviderHandler.class);

    private final Services services;
    private final Clock clock;

    public FollowProviderHandler() {
        this(Wiring.services(), Clock.systemUTC());
    }

    public FollowProviderHandler(Services services, Clock clock) {
        super(Step.Approval.class);
        this.services = services;
        this.clock = clock;
    }

    @Override
    public Step.Run handle(Step.Approval input) {
        RunFiles files = new RunFiles(input.runId());
        ManagedJob job = services.cloud().artefacts().json(files.managedJob(), ManagedJob.class);
        services.cloud().artefacts().putJson(files.managedWait(), new ManagedJob.Wait(input.taskToken()));
        look(job).ifPresent(news -> services.cloud().executions().answer(input.taskToken(), Json.writeLine(news)));
        return new Step.Run(input.runId());
    }

    private Optional<News> look(ManagedJob job) {
        Optional<JobProgress> progress = progress(job);
        if (progress.isPresent() && progress.get().state().ended()) {
            String reason = progress.get().reason();
            return Optional.of(new News(progress.get().state().name(), reason == null ? "" : reason));
        }
        if (!job.late(clock.instant())) return Optional.empty();
        return Optional.of(new News(
                News.LATE,
                "the job had not ended after %d s at %s and is cancelled; raise maxSeconds or take another route"
                        .formatted(job.wallSeconds(), job.provider())));
    }

    /// A service that cannot be asked now is asked again: its job goes on meanwhile.
    private Optional<JobProgress> progress(ManagedJob job) {
        try {
            JobProgress progress = services.providers().of(job.provider()).progress(job.jobId());
            note(job, progress);
            return Optional.of(progress);
        } catch (TransientFailure later) {
            LOG.info("run {}: {}", job.runId(), later.getMessage());
            return Optional.empty();
        }
    }

    /// For whoever watches the run.
    private void note(ManagedJob job, JobProgress progress) {
        services.cloud()
                .artefacts()
                .putJson(
                        new RunFiles(job.runId()).managedProgress(),
                        new ManagedProgress(
                                job.runId(),
                                job.provider(),
                                job.jobId(),
                                progress.said(),
                                progress.step(),
                                progress.steps(),
                                progress.loss(),
                                clock.instant()));
    }
}
