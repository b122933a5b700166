package dev.tunedrop.local.finetuning;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.local.console.RunView;

/// What happened to a job, made anew each time from the job and its run: the same happening has the same id each time,
/// so that a client goes on where it was.
final class JobEvents {

    private static final int MOST_WARNINGS = 10;

    private final StoredJob job;
    private final RunLook look;
    private final List<Event> events = new ArrayList<>();

    private enum Level {
        info,
        warn,
        error
    }

    /// @param data of a step's figures; absent in any other
    record Event(
            String id,
            Instant at,
            String level,
            String message,
            @Nullable ObjectNode data) {

        ObjectNode view() {
            ObjectNode view = Json.mapper()
                    .createObjectNode()
                    .put("object", "fine_tuning.job.event")
                    .put("id", id)
                    .put("created_at", at.getEpochSecond())
                    .put("level", level)
                    .put("message", message)
                    .put("type", data == null ? "message" : "metrics");
            view.set("data", data == null ? Json.mapper().createObjectNode() : data);
            return view;
        }
    }

    private JobEvents(StoredJob job, RunLook look) {
        this.job = job;
        this.look = look;
    }

    /// The newest first, as OpenAI lists them.
    static List<Event> of(StoredJob job, RunLook look) {
        JobEvents events = new JobEvents(job, look);
        events.tell();
        return events.events.reversed();
    }

    private void tell() {
        for (int i = 0; i < job.notes().size(); i++) {
            StoredJob.Note note = job.notes().get(i);
            add("note " + i, note.at(), Level.info, note.message());
        }
        RunView run = look.run();
        if (run != null) {
            checked(run);
            training(run);
        }
        events.sort(Comparator.comparing(Event::at));
        end();
    }

    private void checked(RunView run) {
        if (run.report() == null) return;
        Instant at = look.left("AssembleDataset").orElse(run.summary().startedAt());
        int number = 0;
        for (Finding finding : run.report().findings())
            if (finding.severity() == Finding.Severity.WARNING && number < MOST_WARNINGS)
                add(
                        "warning " + number++,
                        at,
                        Level.warn,
                        "%s%s. %s".formatted(Outcomes.place(finding), finding.message(), finding.remedy()));
        if (run.report().signal() != null) add("files", at, Level.info, "Files validated, moving job to queued state");
        look.entered("AwaitApproval")
                .ifPresent(asked -> add(
                        "approval",
                        asked,
                        Level.warn,
                        "The job waits for a person: it costs more than approvalAboveUsd. Answer with: ./tunedrop approve "
                                + run.summary().runId()));
    }

    private void training(RunView run) {
        Instant began = look.entered(RunLook.TRAINING).orElse(run.summary().startedAt());
        if (look.entered(RunLook.TRAINING).isPresent() || !look.steps().isEmpty())
            add("training", began, Level.info, "Fine-tuning job started");
        Instant last = began;
        for (StepMetrics step : look.steps()) {
            last = began.plus(Duration.ofMillis(Math.round(step.secondsElapsed() * 1000)));
            ObjectNode data =
                    Json.mapper().createObjectNode().put("step", step.step()).put("total_steps", step.steps());
            JobView.figures(step, data);
            String heldOut = step.heldOutLoss() == null
                    ? ""
                    : String.format(Locale.ROOT, ", validation loss=%.4f", step.heldOutLoss());
            String message = String.format(
                    Locale.ROOT, "Step %d/%d: training loss=%.4f%s", step.step(), step.steps(), step.loss(), heldOut);
            events.add(new Event(id("step " + step.step()), last, Level.info.name(), message, data));
        }
        TrainingResult training = run.training();
        if (training != null && training.stopped() != null)
            add("stopped", last, Level.warn, "Training ended before its last step: " + training.stopped());
    }

    /// At last, whatever a clock says.
    private void end() {
        StoredJob.Outcome outcome = job.outcome();
        if (outcome == null) return;
        switch (outcome.end()) {
            case succeeded -> {
                add("model", outcome.at(), Level.info, "New fine-tuned model created: " + outcome.model());
                add("end", outcome.at(), Level.info, "The job has successfully completed");
            }
            case failed -> {
                StoredJob.Fault fault = outcome.fault();
                add(
                        "end",
                        outcome.at(),
                        Level.error,
                        fault == null
                                ? "The job failed."
                                : "The job failed due to %s. %s".formatted(fault.code(), fault.message()));
            }
            case cancelled -> add("end", outcome.at(), Level.info, "The job was cancelled");
        }
    }

    private void add(String what, Instant at, Level level, String message) {
        events.add(new Event(id(what), at, level.name(), message, null));
    }

    private String id(String what) {
        return Ids.of("ftevent-", job.id() + " " + what);
    }
}
