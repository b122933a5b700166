package dev.tunedrop.local.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.DurableFile;

/// Job queues that share a fixed number of places, those of this machine. A job is on the disk before [#submit]
/// returns; a service opened on the
/// same folder after a crash takes up each job that had not ended, after the end of whatever child it had.
public final class BatchService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchService.class);

    /// Batch's own rule for a job's name.
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,127}");

    private final Path folder;
    private final List<String> queues;
    private final List<JobDefinition> definitions;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Job>> ends = new ConcurrentHashMap<>();
    private final Map<String, JobRunner> runners = new ConcurrentHashMap<>();
    private final ExecutorService places;
    private final Path heldFolder;
    /// Jobs whose runner gave up its place because they are held.
    private final Set<String> parked = new HashSet<>();
    private volatile boolean closing;

    /// @param queues the queues' names
    /// @param places how many jobs run at once
    public BatchService(Path folder, List<String> queues, List<JobDefinition> definitions, int places) {
        this.folder = folder;
        this.queues = List.copyOf(queues);
        this.definitions = List.copyOf(definitions);
        this.heldFolder = folder.resolve("held");
        this.places = Executors.newFixedThreadPool(
                places, Thread.ofPlatform().daemon().name("batch-", 0).factory());
        load();
    }

    /// The name of the queue that a name or an ARN means; empty for none of ours.
    public Optional<String> queue(String nameOrArn) {
        return queues.stream()
                .filter(queue -> nameOrArn.equals(queue)
                        || nameOrArn.equals("arn:aws:batch:us-east-1:000000000000:job-queue/" + queue))
                .findFirst();
    }

    /// Takes up what an earlier service left unfinished, oldest first.
    public void resume() {
        jobs.values().stream()
                .filter(job -> !job.status().terminal())
                .sorted(Comparator.comparing(Job::created))
                .forEach(job -> {
                    LOG.info("takes up job {} ({})", job.request().name(), job.status());
                    enqueue(job, definition(job.request().definition()));
                });
    }

    /// Accepts a job. A request with the token of an earlier one is that one.
    public synchronized Job submit(JobRequest request) {
        if (queue(request.queue()).isEmpty())
            throw new BatchException("JobQueue " + request.queue() + " does not exist.");
        JobDefinition definition = definition(request.definition());
        String id = request.token() == null ? UUID.randomUUID().toString() : idOf(request.token());
        Job before = jobs.get(id);
        if (before != null) return before;
        Job job = new Job(id, request, Job.Status.RUNNABLE, now(), null, null, "", List.of(), null);
        save(job);
        enqueue(job, definition);
        return job;
    }

    public Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /// Newest first.
    public List<Job> jobs() {
        return jobs.values().stream()
                .sorted(Comparator.comparing(Job::created)
                        .thenComparing(Job::id)
                        .reversed())
                .toList();
    }

    /// Completes when the job has ended.
    public CompletableFuture<Job> end(String id) {
        CompletableFuture<Job> end = ends.computeIfAbsent(id, i -> new CompletableFuture<>());
        find(id).filter(job -> job.status().terminal()).ifPresent(end::complete);
        return end;
    }

    /// Takes a job back that has no process yet; any other stays as it is.
    public synchronized void cancel(String id, String reason) {
        Job job = jobs.get(id);
        if (job != null && job.status() == Job.Status.RUNNABLE) terminate(id, reason);
    }

    /// Ends a job, whatever it does; a job that has ended stays as it is.
    public synchronized void terminate(String id, String reason) {
        Job job = jobs.get(id);
        if (job == null || job.status().terminal()) return;
        JobRunner runner = runners.get(id);
        if (runner != null) runner.terminate(reason);
    }

    /// Makes the jobs of a name wait, those to come included: one that runs is asked to save what it has, and its
    /// attempt does not count. Kept over a restart. Batch itself has no such thing.
    public synchronized void hold(String name) {
        DurableFile.write(marker(name), new byte[0]);
        runners.values().forEach(runner -> runner.heldUp(name));
    }

    /// Lets the jobs of a name go on.
    public synchronized void release(String name) {
        DurableFile.delete(marker(name));
        for (Job job : jobs.values())
            if (job.request().name().equals(name) && parked.remove(job.id()))
                enqueue(job, definition(job.request().definition()));
    }

    boolean held(String name) {
        return NAME.matcher(name).matches() && Files.exists(marker(name));
    }

    /// Whether a runner is to give up its place; [#release] then makes another.
    synchronized boolean park(Job job) {
        return held(job.request().name()) && parked.add(job.id());
    }

    private Path marker(String name) {
        if (!NAME.matcher(name).matches()) throw new BatchException("jobName must be letters, digits, - and _.");
        return heldFolder.resolve(name);
    }

    /// The file that takes a job's output.
    public Path log(String id) {
        return jobFolder(id).resolve("log.txt");
    }

    Path jobFolder(String id) {
        return folder.resolve(id);
    }

    Job current(String id) {
        return Optional.ofNullable(jobs.get(id)).orElseThrow();
    }

    void save(Job job) {
        DurableFile.write(jobFolder(job.id()).resolve("job.json"), Json.bytes(job));
        jobs.put(job.id(), job);
        if (job.status().terminal()) {
            LOG.info("job {} {}", job.request().name(), job.status());
            ends.computeIfAbsent(job.id(), i -> new CompletableFuture<>()).complete(job);
        }
    }

    boolean closing() {
        return closing;
    }

    private void enqueue(Job job, JobDefinition definition) {
        JobRunner runner = new JobRunner(this, job.id(), definition);
        runners.put(job.id(), runner);
        places.execute(runner);
    }

    private JobDefinition definition(String nameOrArn) {
        return definitions.stream()
                .filter(definition -> definition.isNamed(nameOrArn))
                .findFirst()
                .orElseThrow(() -> new BatchException("JobDefinition " + nameOrArn + " does not exist."));
    }

    /// A UUID-shaped id that depends on the token alone.
    private static String idOf(String token) {
        String sum = HexFormat.of().formatHex(Sha256.digest().digest(token.getBytes(StandardCharsets.UTF_8)));
        return String.join(
                "-",
                sum.substring(0, 8),
                sum.substring(8, 12),
                sum.substring(12, 16),
                sum.substring(16, 20),
                sum.substring(20, 32));
    }

    private void load() {
        if (!Files.isDirectory(folder)) return;
        try (Stream<Path> folders = Files.list(folder)) {
            folders.map(job -> job.resolve("job.json")).filter(Files::exists).forEach(file -> {
                Job job = Json.read(file, Job.class);
                jobs.put(job.id(), job);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list jobs in " + folder, e);
        }
    }

    static Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }

    /// Stops the children and keeps the jobs; the next service takes them up.
    @Override
    public void close() {
        closing = true;
        places.shutdownNow();
        runners.values().forEach(JobRunner::stopChild);
        places.close();
    }
}
