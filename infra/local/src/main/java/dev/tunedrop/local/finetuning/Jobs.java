package dev.tunedrop.local.finetuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.outcome.RecordFailureHandler;
import dev.tunedrop.local.console.RunView;
import dev.tunedrop.local.console.RunViews;
import dev.tunedrop.local.disk.DurableFile;
import dev.tunedrop.local.finetuning.http.Refusal;

/// Jobs from order to end. An order is on the disk first, then its file is dropped under a key that is made of the
/// job's id alone, so that dropping it again after a crash is the same drop and the same run.
final class Jobs {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

    private final Shelf<StoredJob> shelf;
    private final StoredFiles files;
    private final Cloud cloud;
    private final RunViews views;
    private final CloudDoor door;
    private final Clock clock;

    Jobs(Path folder, StoredFiles files, Cloud cloud, RunViews views, CloudDoor door, Clock clock) {
        this.shelf = new Shelf<>(folder, StoredJob.class);
        this.files = files;
        this.cloud = cloud;
        this.views = views;
        this.door = door;
        this.clock = clock;
    }

    /// What a job's id is: by the idempotency key where one was sent.
    static String idFor(@Nullable String idempotencyKey) {
        return idempotencyKey == null || idempotencyKey.isBlank()
                ? Ids.fresh("ftjob-")
                : Ids.of("ftjob-", "idempotency key " + idempotencyKey);
    }

    /// Makes the job, unless it is there: of requests with one key that come together, one makes it.
    synchronized StoredJob create(String id, JobOrder order, String orderSha256) {
        StoredJob before = shelf.find(id).orElse(null);
        if (before != null && !before.orderSha256().equals(orderSha256))
            throw Refusal.invalid(
                    null,
                    "idempotency_key_reused",
                    "This Idempotency-Key was sent with another request. Send another key with another order.");
        if (before != null) return before;
        StoredJob job = StoredJob.ordered(id, order, orderSha256, clock.instant());
        shelf.put(job);
        return drop(job);
    }

    StoredJob job(String id) {
        return shelf.find(id)
                .orElseThrow(() -> Refusal.notFound(
                        "fine_tuning_job_id",
                        "fine_tune_not_found",
                        "Could not find fine tune: the id names no job. List them with GET /v1/fine_tuning/jobs."));
    }

    /// The newest first.
    List<StoredJob> all() {
        return shelf.all();
    }

    /// The job that made a model which is still there.
    Optional<StoredJob> maker(String model) {
        return shelf.all().stream()
                .filter(job ->
                        job.outcome() != null && model.equals(job.outcome().model()))
                .filter(job -> !job.modelDeleted())
                .findFirst();
    }

    RunLook look(StoredJob job) {
        return RunLook.of(job, views);
    }

    /// The job as it is now, its end written down if its run has ended.
    StoredJob settled(StoredJob job, RunLook look) {
        RunView run = look.run();
        if (job.outcome() != null || run == null || !run.summary().state().terminal()) return job;
        return end(job.id(), run, look);
    }

    private synchronized StoredJob end(String id, RunView run, RunLook look) {
        StoredJob job = job(id);
        if (job.outcome() != null) return job;
        String results = look.steps().isEmpty() ? null : results(job, Outcomes.csv(look.steps()));
        StoredJob ended = job.ended(Outcomes.of(job, run, results, clock.instant()));
        shelf.put(ended);
        LOG.info("job {} ended as run {}", id, run.summary().runId());
        return ended;
    }

    private String results(StoredJob job, String csv) {
        Path scratch = files.scratch();
        try {
            Files.writeString(scratch, csv);
            return files.add(
                            Ids.of("file-", job.id() + " results"),
                            "step_metrics.csv",
                            StoredFile.RESULTS,
                            null,
                            scratch)
                    .id();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the results of " + job.id(), e);
        } finally {
            DurableFile.delete(scratch);
        }
    }

    synchronized StoredJob cancel(String id) {
        StoredJob cancelled = going(id).cancelled(new StoredJob.Note(clock.instant(), "The job is to be cancelled"));
        shelf.put(cancelled);
        return stop(cancelled);
    }

    synchronized StoredJob pause(String id) {
        StoredJob job = going(id);
        if (job.paused()) return job;
        StoredJob paused = job.paused(true, new StoredJob.Note(clock.instant(), "The job is paused"));
        shelf.put(paused);
        door.hold(run(paused));
        return paused;
    }

    synchronized StoredJob resume(String id) {
        StoredJob job = going(id);
        if (!job.paused()) return job;
        door.release(run(job));
        StoredJob resumed = job.paused(false, new StoredJob.Note(clock.instant(), "The job goes on"));
        shelf.put(resumed);
        return resumed;
    }

    private static String run(StoredJob job) {
        if (job.runId() == null) throw Refusal.notYet("The job has not begun yet. Ask again in a moment.");
        return job.runId();
    }

    /// A job that can still be told something.
    private StoredJob going(String id) {
        StoredJob job = job(id);
        StoredJob now = settled(job, look(job));
        if (now.outcome() != null || now.cancelled())
            throw Refusal.invalid(
                    "fine_tuning_job_id",
                    "invalid_job_state",
                    "The job has %s already."
                            .formatted(
                                    now.outcome() == null
                                            ? "been cancelled"
                                            : now.outcome().end() == StoredJob.End.cancelled
                                                    ? "been cancelled"
                                                    : now.outcome().end().name()));
        return now;
    }

    /// Takes a model away: nothing answers by its name any more.
    synchronized void deleteModel(StoredJob job) {
        cloud.ledger().alias(job.endpoint()).ifPresent(live -> cloud.endpoints().remove(live.component()));
        shelf.put(job(job.id()).withoutModel());
    }

    synchronized void announced(String id) {
        shelf.put(job(id).told());
    }

    /// Goes on with every job that is not over: what a crash left undone, and ends that nobody asked for.
    void tick() {
        for (StoredJob job : shelf.all()) {
            if (job.outcome() != null) continue;
            try {
                advance(job.id());
            } catch (RuntimeException e) {
                LOG.warn("job {} could not be looked at; it is tried again", job.id(), e);
            }
        }
    }

    private void advance(String id) {
        StoredJob job = caughtUp(id);
        settled(job, look(job));
    }

    private synchronized StoredJob caughtUp(String id) {
        StoredJob job = job(id);
        if (job.outcome() != null) return job;
        if (job.cancelled()) return stop(job);
        StoredJob dropped = drop(job);
        if (dropped.paused() && dropped.runId() != null) door.hold(dropped.runId());
        return dropped;
    }

    /// Ends what a cancelled job has under way. A run that has not begun yet is ended as soon as it has.
    private StoredJob stop(StoredJob job) {
        String runId = job.runId();
        if (runId == null) {
            StoredJob ended =
                    job.ended(new StoredJob.Outcome(StoredJob.End.cancelled, clock.instant(), null, null, null, null));
            shelf.put(ended);
            return ended;
        }
        Optional<RunRecord> run = cloud.ledger().find(runId);
        if (run.isEmpty() || !run.get().executionStarted()) return job;
        String cause = "the job was cancelled over the fine-tuning API.";
        door.stop(runId, cause);
        door.release(runId);
        new RecordFailureHandler(cloud, clock)
                .handle(new Step.Failed(runId, "FineTuningJob", "Tunedrop.Cancelled", cause));
        return settled(job, look(job));
    }

    /// One file, in which the rows to hold out follow those to train on.
    private void dropBoth(StoredJob job, Path training, Path heldOut, String key) {
        Path both = files.scratch();
        try {
            ObjectNode settings = job.order().settings().deepCopy();
            settings.put(OrderReader.VALIDATION_FROM, JoinedFiles.join(training, heldOut, both) + 1);
            cloud.drops().put(job.endpoint() + "/tune.json", Json.bytes(settings), "application/json");
            cloud.drops().put(key, both, "application/jsonl");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot join the files of " + job.id(), e);
        } finally {
            DurableFile.delete(both);
        }
    }

    private StoredJob lost(StoredJob job, String kind) {
        StoredJob lost = job.ended(new StoredJob.Outcome(
                StoredJob.End.failed,
                clock.instant(),
                null,
                null,
                new StoredJob.Fault(
                        "file-missing", "The %s file was deleted. Upload it again.".formatted(kind), kind + "_file"),
                null));
        shelf.put(lost);
        return lost;
    }

    /// Puts the job's settings and then its file into the drops bucket, which begins its run.
    private StoredJob drop(StoredJob job) {
        if (job.runId() != null) return job;
        Objects drops = cloud.drops();
        Path content = files.content(job.order().trainingFile());
        if (!Files.exists(content)) return lost(job, "training");
        String key = job.endpoint() + "/training.jsonl";
        String heldOut = job.order().validationFile();
        if (heldOut == null) {
            drops.put(job.endpoint() + "/tune.json", Json.bytes(job.order().settings()), "application/json");
            drops.put(key, content, "application/jsonl");
        } else {
            if (!Files.exists(files.content(heldOut))) return lost(job, "validation");
            dropBoth(job, content, files.content(heldOut), key);
        }
        Objects.Head head = drops.head(key).orElseThrow();
        StoredJob dropped =
                job.droppedAs(new DropRef(drops.bucket(), key, "etag:" + head.etag(), head.sizeBytes()).runId());
        shelf.put(dropped);
        LOG.info("job {} is run {}", job.id(), dropped.runId());
        return dropped;
    }
}
