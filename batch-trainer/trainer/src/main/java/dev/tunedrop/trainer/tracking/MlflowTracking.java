package dev.tunedrop.trainer.tracking;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.trainer.checkpoint.RunIdentity;
import dev.tunedrop.trainer.run.Ending;
import dev.tunedrop.trainer.run.FineTuning;

/// Sends a run's figures to an MLflow server from a thread of its own. The run puts them in a queue and goes on: what
/// does not fit is dropped and counted, and a server that fails is told of once and tried again, ever less often.
///
/// The run is found again by its tag, so that a run that was stopped and goes on is one run there too.
final class MlflowTracking implements Tracking {

    static final String RUN_TAG = "tunedrop.run";

    private static final Logger LOG = LoggerFactory.getLogger(MlflowTracking.class);
    private static final int QUEUED_STEPS = 4096;
    private static final int STEPS_AT_ONCE = 100; // of at most 9 figures, and 1,000 may go at once
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final MlflowApi api;
    private final String place;
    private final String experiment;
    private final String runId;
    private final RunSettings settings;
    private final BlockingQueue<Figures> queue;
    private final Duration farewell;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile MlflowApi.Status end = MlflowApi.Status.FAILED;
    private volatile boolean givenUp;
    private volatile long deadlineNanos;
    private @Nullable Thread sender;

    /// One step's.
    private record Figures(StepMetrics metrics, Instant at) {}

    MlflowTracking(TrackingServer server, String experiment, String runId, RunSettings settings) {
        this(server, experiment, runId, settings, QUEUED_STEPS, FAREWELL);
    }

    /// @param farewell how long the end of the run waits for what is still to be sent
    MlflowTracking(
            TrackingServer server,
            String experiment,
            String runId,
            RunSettings settings,
            int queuedSteps,
            Duration farewell) {
        this.farewell = farewell;
        this.api = new MlflowApi(server);
        this.place = server.endpoint().toString();
        this.experiment = experiment;
        this.runId = runId;
        this.settings = settings;
        this.queue = new ArrayBlockingQueue<>(queuedSteps);
    }

    @Override
    public void begins(RunIdentity identity) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(RUN_TAG, runId);
        tags.put("tunedrop.base", settings.base());
        tags.put("tunedrop.base.sha256", identity.base());
        tags.put("tunedrop.dataset.sha256", identity.dataset());
        tags.put("mlflow.source.name", "tunedrop");
        sender = Thread.ofPlatform().daemon().name("mlflow").start(() -> send(tags));
    }

    @Override
    public void stepped(StepMetrics metrics) {
        if (!queue.offer(new Figures(metrics, Instant.now()))) dropped.incrementAndGet();
    }

    @Override
    public void ended(FineTuning.Outcome outcome) {
        end = outcome.ending() == Ending.INTERRUPTED ? MlflowApi.Status.KILLED : MlflowApi.Status.FINISHED;
    }

    /// Steps whose figures did not fit into the queue.
    long dropped() {
        return dropped.get();
    }

    private void send(Map<String, String> tags) {
        try {
            String run = open(tags);
            while (run != null && !givenUp && !(closing.getCount() == 0 && queue.isEmpty())) {
                List<Figures> batch = nextBatch();
                if (!batch.isEmpty())
                    trying(() -> {
                        api.log(run, metrics(batch), Map.of());
                        return run;
                    });
            }
            MlflowApi.Status status = end;
            if (run != null && !givenUp)
                trying(() -> {
                    api.end(run, status, Instant.now());
                    return run;
                });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The run over there; null when it could not be had.
    private @Nullable String open(Map<String, String> tags) throws InterruptedException {
        return trying(() -> {
            String where = api.experiment(experiment);
            Optional<String> earlier = api.findRun(where, RUN_TAG, runId);
            if (earlier.isPresent()) {
                api.running(earlier.get());
                return earlier.get();
            }
            String made = api.createRun(where, runId, Instant.now(), tags);
            api.log(made, List.of(), Parameters.of(settings));
            return made;
        });
    }

    private List<Figures> nextBatch() throws InterruptedException {
        List<Figures> batch = new ArrayList<>();
        Figures first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
            batch.add(first);
            queue.drainTo(batch, STEPS_AT_ONCE - 1);
        }
        return batch;
    }

    private static List<MlflowApi.Metric> metrics(List<Figures> batch) {
        List<MlflowApi.Metric> metrics = new ArrayList<>();
        for (Figures figures : batch)
            Parameters.figures(figures.metrics())
                    .forEach((key, value) -> metrics.add(new MlflowApi.Metric(
                            key, value, figures.at(), figures.metrics().step())));
        return metrics;
    }

    @FunctionalInterface
    private interface Call {
        String call() throws IOException, InterruptedException;
    }

    /// Tries until it works, the server says that it never will, or the run has said farewell.
    private @Nullable String trying(Call call) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        do {
            try {
                return call.call();
            } catch (IOException | RuntimeException e) {
                if (failures.incrementAndGet() == 1)
                    LOG.warn(
                            "the tracking server {} does not take the run's figures; training goes on: {}",
                            place,
                            e.toString());
                givenUp |= e instanceof MlflowException refusal ? !refusal.passing() : !(e instanceof IOException);
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        } while (!givenUp && waited(pause));
        return null;
    }

    /// @return false when there is no time left to try again
    private boolean waited(Duration pause) throws InterruptedException {
        if (!closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) return true;
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) return false;
        TimeUnit.NANOSECONDS.sleep(Math.min(pause.toNanos(), left));
        return true;
    }

    @Override
    public void close() {
        deadlineNanos = System.nanoTime() + farewell.toNanos();
        closing.countDown();
        Thread thread = sender;
        try {
            if (thread != null && !thread.join(farewell)) thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            api.close();
        }
        long unsent = dropped.get() + queue.size();
        if (unsent > 0)
            LOG.warn(
                    "the figures of {} steps did not reach the tracking server {}; {} calls failed",
                    unsent,
                    place,
                    failures.get());
    }
}
