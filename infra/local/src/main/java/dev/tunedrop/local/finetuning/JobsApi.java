package dev.tunedrop.local.finetuning;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.local.console.RunView;
import dev.tunedrop.local.finetuning.http.Call;
import dev.tunedrop.local.finetuning.http.Refusal;
import dev.tunedrop.local.finetuning.http.Reply;

/// `/v1/fine_tuning/jobs`.
final class JobsApi {

    private static final int MOST_LISTED = 100;
    private static final int LISTED = 20;
    private static final int CHECKPOINTS_LISTED = 10;

    private final Jobs jobs;
    private final StoredFiles files;
    private final Supplier<SortedSet<String>> bases;
    private final Clock clock;

    /// @param bases the names of the base models that are there
    JobsApi(Jobs jobs, StoredFiles files, Supplier<SortedSet<String>> bases, Clock clock) {
        this.jobs = jobs;
        this.files = files;
        this.bases = bases;
        this.clock = clock;
    }

    Reply create(Call call) {
        ObjectNode body = call.json();
        String id = Jobs.idFor(call.header("Idempotency-Key"));
        JobOrder order = OrderReader.read(body, id);
        OrderReader.known(order.model(), bases.get());
        trainedOn(order.trainingFile(), "training_file");
        if (order.validationFile() != null) trainedOn(order.validationFile(), "validation_file");
        return view(jobs.create(id, order, Sha256.of(Json.bytes(body))));
    }

    private void trainedOn(String file, String field) {
        StoredFile stored = files.file(file, field);
        if (!stored.purpose().equals(StoredFile.FINE_TUNE))
            throw Refusal.invalid(
                    field, "invalid_value", "%s must name a file whose purpose is fine-tune.".formatted(field));
    }

    Reply list(Call call) {
        Map<String, String> wanted = call.queries("metadata");
        boolean without = call.query("metadata").filter("null"::equals).isPresent();
        List<StoredJob> found = jobs.all().stream()
                .filter(job -> job.order().metadata().entrySet().containsAll(wanted.entrySet()))
                .filter(job -> !without || job.order().metadata().isEmpty())
                .toList();
        return new Reply.Document(Page.of(call, LISTED, MOST_LISTED).of(found, StoredJob::id, this::shown));
    }

    Reply get(String id) {
        return view(jobs.job(id));
    }

    Reply cancel(String id) {
        return view(jobs.cancel(id));
    }

    Reply pause(String id) {
        return view(jobs.pause(id));
    }

    Reply resume(String id) {
        return view(jobs.resume(id));
    }

    Reply events(String id, Call call) {
        StoredJob job = jobs.job(id);
        RunLook look = jobs.look(job);
        List<JobEvents.Event> events = JobEvents.of(jobs.settled(job, look), look);
        return new Reply.Document(
                Page.of(call, LISTED, MOST_LISTED).of(events, JobEvents.Event::id, JobEvents.Event::view));
    }

    Reply checkpoints(String id, Call call) {
        StoredJob job = jobs.job(id);
        RunLook look = jobs.look(job);
        StoredJob.Outcome outcome = jobs.settled(job, look).outcome();
        RunView run = look.run();
        TrainingResult training = run == null ? null : run.training();
        List<ObjectNode> found = outcome == null || outcome.end() != StoredJob.End.succeeded || training == null
                ? List.of()
                : List.of(JobView.checkpoint(job, look, training, outcome));
        return new Reply.Document(Page.of(call, CHECKPOINTS_LISTED, MOST_LISTED)
                .withEnds(found, checkpoint -> checkpoint.path("id").asText(), checkpoint -> checkpoint));
    }

    private Reply view(StoredJob job) {
        return new Reply.Document(shown(job));
    }

    private ObjectNode shown(StoredJob job) {
        RunLook look = job.outcome() == null ? jobs.look(job) : RunLook.NONE;
        return JobView.of(jobs.settled(job, look), look, clock);
    }
}
