package dev.tunedrop.trainer.job;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.metric.EmfLines;
import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.metric.Metrics;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.trainer.checkpoint.CheckpointStore;
import dev.tunedrop.trainer.job.aws.S3Folder;
import dev.tunedrop.trainer.run.Ending;
import dev.tunedrop.trainer.run.FineTuning;
import dev.tunedrop.trainer.run.ProgressLine;
import dev.tunedrop.trainer.run.StepListener;
import dev.tunedrop.trainer.run.StopSignals;
import dev.tunedrop.trainer.run.Termination;
import dev.tunedrop.trainer.run.Walls;
import dev.tunedrop.trainer.tracking.Tracking;

/// The container's main: trains one run and leaves its results in the artefact bucket, `result.json` last.
///
/// Exit codes: 0 done; 75 a checkpoint was saved and another attempt is wanted; 1 permanent, with `failure.json`; 3
/// another attempt has taken the run over ([Fenced]), and this one has left everything as it was.
public final class TrainingJob {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int SUPERSEDED = 3;

    private final JobEnvironment environment;
    private final ObjectFolder bases;
    private final RunFiles files;
    private final PrintStream progress;
    private final Metrics metrics;
    private ObjectFolder artefacts;

    TrainingJob(
            JobEnvironment environment,
            ObjectFolder artefacts,
            ObjectFolder bases,
            PrintStream progress,
            Metrics metrics) {
        this.environment = environment;
        this.artefacts = artefacts;
        this.bases = bases;
        this.files = new RunFiles(environment.runId());
        this.progress = progress;
        this.metrics = metrics;
    }

    public static void main(String[] args) {
        JobEnvironment environment = JobEnvironment.read();
        var s3 = S3Folder.client(environment.pathStyle());
        PrintStream log = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        TrainingJob job = new TrainingJob(
                environment,
                new S3Folder(s3, environment.artefacts()),
                new S3Folder(s3, environment.bases()),
                log,
                EmfLines.to(environment.metricsFile()));
        System.exit(job.run());
    }

    /// @return the exit code
    int run() {
        StopSignals stop = new StopSignals();
        try (Termination termination = new Termination(stop)) {
            return termination.exitWith(orFailure(stop));
        }
    }

    @SuppressWarnings("CatchingUnchecked") // whatever ends the job must be told to the pipeline
    private int orFailure(StopSignals stop) {
        try {
            artefacts = Fenced.takeOver(artefacts, files.attempt(), environment.attempt());
            return train(stop);
        } catch (Superseded e) {
            return superseded(e);
        } catch (Exception | OutOfMemoryError | LinkageError e) {
            Failure failure = JobFailure.document(environment.runId(), e);
            if (failure.reason().equals(JobFailure.FAULT)) LOG.error("the run {} has failed", environment.runId(), e);
            return failed(failure);
        }
    }

    private int failed(Failure failure) {
        progress.println("failed: " + failure.message());
        try {
            artefacts.write(files.failure(), Json.bytes(failure));
        } catch (Superseded e) {
            return superseded(e);
        } catch (IOException | RuntimeException e) {
            LOG.error("the failure could not be written to {}{}", artefacts.place(), files.failure(), e);
        }
        return FAILED;
    }

    private int superseded(Superseded e) {
        progress.println(e.getMessage());
        return SUPERSEDED;
    }

    private int train(StopSignals stop) throws IOException {
        Path scratch = Files.createDirectories(environment.scratch());
        JobInputs inputs = new JobInputs(artefacts, files, scratch);
        RunSettings settings = inputs.settings();
        Manifest manifest = inputs.manifest();
        Walls.set(stop, settings, environment.usdPerHour());
        Path steps = metricsSoFar(scratch);
        try (LiveMetrics live = new LiveMetrics(artefacts, steps, files.metrics(), stop);
                Tracking tracking = Tracking.of(settings, environment.runId(), inputs.dataset(), System::getenv)) {
            CheckpointStore checkpoints = new BucketStore(
                    artefacts, files.checkpoints(), scratch.resolve("checkpoint"), environment.attempt(), live::send);
            FineTuning.Request request = request(inputs, settings, manifest, steps, checkpoints);
            List<StepListener> listeners = List.of(
                    new ProgressLine(progress),
                    tracking,
                    new StepFigures(metrics, environment.runId(), System::nanoTime));
            FineTuning.Outcome outcome = new FineTuning(request, listeners, stop).run();
            tracking.ended(outcome);
            live.finish();
            return publish(outcome, request.out());
        }
    }

    private FineTuning.Request request(
            JobInputs inputs, RunSettings settings, Manifest manifest, Path metrics, CheckpointStore checkpoints)
            throws IOException {
        Path base = environment.baseDirectory();
        Manifest.Shard validation = manifest.validation();
        return new FineTuning.Request(
                environment.runId(),
                settings,
                base != null ? base : inputs.base(bases, manifest.base()),
                false,
                inputs.shard(manifest.train(), "train.safetensors"),
                manifest.train().sha256(),
                validation == null ? null : inputs.shard(validation, "validation.safetensors"),
                inputs.live(manifest.base()),
                Files.createDirectories(environment.scratch().resolve("adapter")),
                metrics,
                checkpoints);
    }

    /// What earlier attempts wrote, so that the file tells the whole run.
    private Path metricsSoFar(Path scratch) throws IOException {
        Path metrics = scratch.resolve("metrics.jsonl");
        byte[] earlier = artefacts.read(files.metrics()).orElse(new byte[0]);
        Files.write(metrics, earlier);
        return metrics;
    }

    private int publish(FineTuning.Outcome outcome, Path out) throws IOException {
        TrainingResult result = outcome.result();
        HeldOutLosses losses = outcome.heldOut();
        if (outcome.ending() == Ending.INTERRUPTED || result == null || losses == null) {
            progress.printf("interrupted after step %d of %d%n", outcome.step(), outcome.steps());
            return Termination.TRY_AGAIN;
        }
        try (Stream<Path> written = Files.list(out)) {
            for (Path file : written.filter(Files::isRegularFile).sorted().toList())
                artefacts.upload(file, files.adapter() + file.getFileName());
        }
        artefacts.write(files.heldOut(), Json.bytes(losses));
        Double heldOut = losses.adapterLoss(); // nothing where no row was held out
        if (heldOut != null && Double.isFinite(heldOut))
            metrics.put(Map.of("runId", environment.runId()), Map.of(Metric.HELD_OUT_LOSS, heldOut));
        artefacts.write(files.trainingResult(), Json.bytes(result));
        String stopped = result.stopped();
        progress.printf(
                "done after step %d%s, sha256 %s%n",
                outcome.step(),
                stopped == null ? "" : " (stopped: %s; weights of step %d)".formatted(stopped, result.keptStep()),
                result.adapterSha256());
        return DONE;
    }
}
