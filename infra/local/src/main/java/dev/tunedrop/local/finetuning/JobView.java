package dev.tunedrop.local.finetuning;

import java.time.Clock;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.local.console.RunView;

/// A job in OpenAI's words.
///
/// | status | while |
/// |---|---|
/// | `validating_files` | the file is checked |
/// | `queued` | the run is quoted, waits for a person, or for its turn to train |
/// | `running` | it has made a step and is not published yet |
/// | `paused` | its owner said so; OpenAI's schema does not list it, OpenAI's answers have it |
/// | `succeeded`, `failed`, `cancelled` | it is over |
final class JobView {

    private static final String ORGANISATION = "org-tunedrop";

    private JobView() {}

    static String status(StoredJob job, RunLook look) {
        if (job.outcome() != null) return job.outcome().end().name();
        if (job.cancelled()) return StoredJob.End.cancelled.name();
        if (job.paused()) return "paused";
        RunView run = look.run();
        if (run == null || run.report() == null) return "validating_files";
        return look.steps().isEmpty() && run.training() == null ? "queued" : "running";
    }

    static ObjectNode of(StoredJob job, RunLook look, Clock clock) {
        JobOrder order = job.order();
        StoredJob.@Nullable Outcome outcome = job.outcome();
        ObjectNode view = Json.mapper()
                .createObjectNode()
                .put("object", "fine_tuning.job")
                .put("id", job.id())
                .put("model", order.model())
                .put("created_at", job.createdAt().getEpochSecond())
                .put("finished_at", outcome == null ? null : (Long) outcome.at().getEpochSecond())
                .put("fine_tuned_model", outcome == null ? null : outcome.model())
                .put("organization_id", ORGANISATION)
                .put("status", status(job, look))
                .put("training_file", order.trainingFile())
                .put("validation_file", order.validationFile())
                .put("trained_tokens", outcome == null ? null : outcome.trainedTokens())
                .put("seed", order.seed())
                .put("estimated_finish", estimatedFinish(job, look, clock));
        view.set("hyperparameters", order.hyperparameters());
        view.set("method", order.methodView());
        view.putArray("integrations");
        var results = view.putArray("result_files");
        if (outcome != null && outcome.resultFile() != null) results.add(outcome.resultFile());
        view.set("metadata", Json.mapper().valueToTree(order.metadata()));
        if (outcome == null || outcome.fault() == null) view.putNull("error");
        else
            view.putObject("error")
                    .put("code", outcome.fault().code())
                    .put("message", outcome.fault().message())
                    .put("param", outcome.fault().param());
        return view;
    }

    private static @Nullable Long estimatedFinish(StoredJob job, RunLook look, Clock clock) {
        if (!status(job, look).equals("running") || look.steps().isEmpty()) return null;
        return clock.instant().getEpochSecond()
                + Math.round(look.steps().getLast().secondsLeft());
    }

    /// The one checkpoint that can be asked: what was handed over. Those the trainer makes to go on from are no models.
    static ObjectNode checkpoint(StoredJob job, RunLook look, TrainingResult training, StoredJob.Outcome outcome) {
        ObjectNode view = Json.mapper()
                .createObjectNode()
                .put("object", "fine_tuning.job.checkpoint")
                .put("id", checkpointId(job))
                .put("created_at", outcome.at().getEpochSecond())
                .put("fine_tuning_job_id", job.id())
                .put("fine_tuned_model_checkpoint", outcome.model())
                .put("step_number", training.keptStep());
        ObjectNode metrics = view.putObject("metrics").put("step", training.keptStep());
        look.steps().stream()
                .filter(step -> step.step() == training.keptStep())
                .findFirst()
                .ifPresent(step -> figures(step, metrics));
        RunView run = look.run();
        if (run != null && run.heldOut() != null && run.heldOut().adapterLoss() != null)
            metrics.put("full_valid_loss", run.heldOut().adapterLoss());
        return view;
    }

    static String checkpointId(StoredJob job) {
        return Ids.of("ftckpt_", job.id());
    }

    static void figures(StepMetrics step, ObjectNode metrics) {
        metrics.put("train_loss", step.loss());
        if (step.heldOutLoss() != null) metrics.put("valid_loss", step.heldOutLoss());
    }
}
