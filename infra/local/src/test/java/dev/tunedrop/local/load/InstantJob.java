package dev.tunedrop.local.load;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.local.CloudOptions;
import dev.tunedrop.local.Workflow;

/// A training job that is through at once and leaves what a training leaves, as a function: a process for each of
/// thousands of drops would measure processes.
public class InstantJob extends JsonHandler<InstantJob.Request, InstantJob.Done> {

    private final Objects artefacts;

    public InstantJob() {
        super(Request.class);
        artefacts = Wiring.cloud().artefacts();
    }

    public record Request(String runId) {}

    public record Done(String status) {}

    @Override
    public Done handle(Request request) {
        RunFiles files = new RunFiles(request.runId());
        byte[] weights = weights(request.runId());
        artefacts.put(files.adapter() + "adapter_config.json", config(request.runId()), "application/json");
        artefacts.put(files.adapter() + "adapter_model.safetensors", weights, "application/octet-stream");
        artefacts.putJson(files.heldOut(), new HeldOutLosses(100, 4.0, 1.0, null));
        artefacts.putJson(
                files.trainingResult(),
                new TrainingResult(
                        request.runId(),
                        TrainingResult.Outcome.COMPLETED,
                        1,
                        1,
                        100,
                        100,
                        1,
                        1,
                        "none",
                        "none",
                        Sha256.of(weights),
                        "exact",
                        0,
                        1,
                        null));
        return new Done("SUCCEEDED");
    }

    /// An adapter's `adapter_config.json`; one that only an [InstantEndpoint] takes.
    protected byte[] config(String runId) {
        return runId.getBytes(StandardCharsets.UTF_8);
    }

    /// The `adapter_model.safetensors` beside it.
    protected byte[] weights(String runId) {
        return runId.getBytes(StandardCharsets.UTF_8);
    }

    /// The shipped workflow, in which this stands for the job.
    static Workflow workflow() {
        return workflow(InstantJob.class);
    }

    /// @param job stands for the job
    public static Workflow workflow(Class<? extends InstantJob> job) {
        Workflow shipped = Workflow.shipped();
        ObjectNode machine = (ObjectNode) Json.tree(shipped.machine().getBytes(StandardCharsets.UTF_8), "the workflow");
        ObjectNode train = (ObjectNode) machine.path("States").path("TrainOnBatch");
        train.put("Resource", "arn:aws:states:::lambda:invoke");
        ObjectNode arguments = train.putObject("Arguments").put("FunctionName", "${InstantJob}");
        arguments.putObject("Payload").put("runId", "{% $runId %}");
        ObjectNode functions = shipped.functions().deepCopy();
        functions
                .putObject("InstantJob")
                .put("handler", job.getName())
                .put("timeoutSeconds", 60)
                .put("memoryMiB", 512);
        return new Workflow(Json.writeLine(machine), functions, shipped.queues(), shipped.rules(), shipped.tables());
    }

    /// Every shipped function, and a base of this repository.
    public static CloudOptions options(Path home, Path models) {
        return new CloudOptions(
                home, models, 0, workflow(), "none", InstantEndpoint.class.getName(), java.util.List.of(), 1);
    }
}
