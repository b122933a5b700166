package dev.tunedrop.local.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one job: attempt after attempt until one succeeds, none is left, a rule says so, or somebody ends it.
final class JobRunner implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final String HELD = "The job was told to wait.";
    private static final String LOST = "Host EC2 (the local cloud) ended.";

    private final BatchService service;
    private final String id;
    private final JobDefinition definition;
    private volatile @Nullable Process child;
    private volatile @Nullable String terminated;

    JobRunner(BatchService service, String id, JobDefinition definition) {
        this.service = service;
        this.id = id;
        this.definition = definition;
    }

    @Override
    public void run() {
        try {
            stopOrphan();
            while (!service.current(id).status().terminal()) {
                if (service.closing()) return;
                if (terminated != null) service.save(ended(Job.Status.FAILED, terminated));
                else if (service.park(service.current(id))) return;
                else attempt();
            }
            clean();
        } catch (InterruptedException e) {
            LOG.debug("job {} waits for the next start", id);
        } catch (RuntimeException e) {
            LOG.error("job {} cannot be run", id, e);
            service.save(ended(Job.Status.FAILED, "The job cannot be run: " + e.getMessage()));
        }
    }

    /// Ends a child that an earlier cloud left: two of one job never run at once. Its attempt counts as lost with its
    /// host, not as the job's own.
    private void stopOrphan() throws InterruptedException {
        for (ProcessHandle orphan : Children.marked(id)) {
            LOG.info("ends process {} that an earlier cloud left to job {}", orphan.pid(), id);
            Children.stop(orphan, GRACE);
        }
        Job job = service.current(id);
        Job.ChildId process = job.process();
        if (process == null) return;
        service.save(job.attempted(new Job.Attempt(process.started(), BatchService.now(), null, LOST)));
    }

    private void attempt() throws InterruptedException {
        Job job = service.current(id);
        Process process = start(job);
        child = process;
        if (terminated != null || held()) process.destroy();
        Instant started = Children.startOf(process.toHandle());
        service.save(job.running(new Job.ChildId(process.pid(), started)));
        boolean inTime = process.waitFor(timeout(job).toMillis(), TimeUnit.MILLISECONDS);
        if (!inTime) Children.stop(process.toHandle(), GRACE);
        if (service.closing()) return;
        child = null;
        finish(job, started, inTime ? process.waitFor() : null);
    }

    private void finish(Job job, Instant started, @Nullable Integer exitCode) {
        boolean waits = terminated == null && exitCode != null && exitCode != 0 && held();
        String reason = terminated != null
                ? terminated
                : exitCode == null
                        ? "Job attempt duration exceeded timeout"
                        : waits ? HELD : "Essential container in task exited";
        Job after = service.current(id).attempted(new Job.Attempt(started, BatchService.now(), exitCode, reason));
        service.save(after);
        if (waits) LOG.info("job {} waits after exit code {}", job.request().name(), exitCode);
        else if (exitCode != null && exitCode == 0) service.save(ended(Job.Status.SUCCEEDED, reason));
        else if (terminated != null || exitCode == null || !again(job, after, reason, exitCode))
            service.save(ended(Job.Status.FAILED, reason));
        else LOG.info("job {} is tried again after exit code {}", job.request().name(), exitCode);
    }

    private boolean held() {
        return service.held(service.current(id).request().name());
    }

    /// Attempts that were lost with the cloud, or ended because the job was to wait, do not use up the job's own.
    private static boolean again(Job before, Job after, String reason, int exitCode) {
        long own = after.attempts().stream()
                .filter(attempt ->
                        !attempt.reason().equals(LOST) && !attempt.reason().equals(HELD))
                .count();
        List<ExitRule> rules = before.request().evaluateOnExit();
        return own < before.request().attempts() && ExitRule.retries(rules, reason, reason, exitCode);
    }

    private Process start(Job job) {
        Map<String, String> environment = new HashMap<>(definition.environment());
        environment.putAll(job.request().environment());
        environment.put("TUNEDROP_SCRATCH", scratch().toString());
        environment.put("AWS_BATCH_JOB_ID", id);
        environment.put("AWS_BATCH_JOB_ATTEMPT", Integer.toString(job.attempts().size() + 1));
        environment.put("AWS_BATCH_JQ_NAME", job.request().queue());
        Path folder = service.jobFolder(id);
        try {
            return Children.start(
                    id,
                    definition.jvmOptions(),
                    definition.mainClass(),
                    List.of(),
                    environment,
                    scratch(),
                    service.log(id));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a process in " + folder, e);
        }
    }

    /// The container's own disk: kept from attempt to attempt, gone with the job.
    private Path scratch() {
        return service.jobFolder(id).resolve("scratch");
    }

    private void clean() {
        try (Stream<Path> files = Files.exists(scratch()) ? Files.walk(scratch()) : Stream.empty()) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            LOG.warn("the temporary files of job {} stay behind: {}", id, e.getMessage());
        }
    }

    private Duration timeout(Job job) {
        Integer asked = job.request().timeoutSeconds();
        return asked == null ? definition.attemptTimeout() : Duration.ofSeconds(asked);
    }

    private Job ended(Job.Status how, @Nullable String reason) {
        return service.current(id).ended(how, BatchService.now(), reason == null ? "" : reason);
    }

    void terminate(String reason) {
        terminated = reason;
        Process running = child;
        if (running != null) running.destroy();
        else if (!service.current(id).status().terminal() && service.current(id).process() == null)
            service.save(ended(Job.Status.FAILED, reason));
    }

    /// Asks the attempt in hand to end, if the job has this name; [#run] then finds that it is held.
    void heldUp(String name) {
        Process running = child;
        if (running != null && service.current(id).request().name().equals(name)) running.destroy();
    }

    /// For a cloud that closes: SIGTERM, then wait.
    void stopChild() {
        Process running = child;
        if (running == null) return;
        try {
            Children.stop(running.toHandle(), GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running.destroyForcibly();
        }
    }
}
