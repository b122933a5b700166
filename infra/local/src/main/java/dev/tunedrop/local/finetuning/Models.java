package dev.tunedrop.local.finetuning;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Endpoints.Progress;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.publish.Names;
import dev.tunedrop.local.finetuning.http.Call;
import dev.tunedrop.local.finetuning.http.Fields;
import dev.tunedrop.local.finetuning.http.Refusal;
import dev.tunedrop.local.finetuning.http.Reply;

/// `/v1/models` and `/v1/chat/completions`: the bases, and what jobs made of them. A chat goes to the endpoint that
/// serves the model as it is; only the name in the answer is ours.
final class Models {

    private static final int MOST_CHAT_BYTES = 6 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final String CONFIG = "/config.json";

    private final Jobs jobs;
    private final Cloud cloud;
    private final CloudDoor door;
    private final Clock clock;
    private final Instant since;

    /// Where a model answers.
    private record Place(String endpoint, String component) {}

    Models(Jobs jobs, Cloud cloud, CloudDoor door, Clock clock) {
        this.jobs = jobs;
        this.cloud = cloud;
        this.door = door;
        this.clock = clock;
        this.since = clock.instant();
    }

    SortedSet<String> bases() {
        TreeSet<String> names = new TreeSet<>();
        for (String key : cloud.bases().list(""))
            if (key.endsWith(CONFIG)) names.add(key.substring(0, key.length() - CONFIG.length()));
        return names;
    }

    Reply list() {
        List<ObjectNode> models = new ArrayList<>();
        bases().forEach(base -> models.add(view(base, since)));
        for (StoredJob job : jobs.all()) {
            StoredJob.Outcome outcome = job.outcome();
            if (outcome != null && outcome.model() != null && !job.modelDeleted())
                models.add(view(outcome.model(), outcome.at()));
        }
        ObjectNode list = Json.mapper().createObjectNode().put("object", "list");
        list.putArray("data").addAll(models);
        return new Reply.Document(list);
    }

    Reply get(String name) {
        if (bases().contains(name)) return new Reply.Document(view(name, since));
        StoredJob.Outcome outcome = maker(name).outcome();
        return new Reply.Document(view(name, outcome == null ? since : outcome.at()));
    }

    Reply delete(String name) {
        if (bases().contains(name))
            throw Refusal.forbidden("A base model is not deleted over this API. Remove its folder under models/.");
        jobs.deleteModel(maker(name));
        return new Reply.Document(Json.mapper()
                .createObjectNode()
                .put("id", name)
                .put("object", "model")
                .put("deleted", true));
    }

    Reply chat(Call call) {
        ObjectNode body = Call.object(call.bytes(MOST_CHAT_BYTES));
        String model = Fields.of(body).required("model");
        Place place = bases().contains(model) ? ofBase(model) : ofJob(maker(model));
        body.remove("model");
        byte[] question = Json.writeLine(body).getBytes(StandardCharsets.UTF_8);
        Reply answer = body.path("stream").asBoolean(false)
                ? door.stream(place.endpoint(), place.component(), question)
                : door.chat(place.endpoint(), place.component(), question);
        return switch (answer) {
            case Reply.Streamed streamed ->
                new Reply.Streamed(streamed.contentType(), new NamedEvents(streamed.body(), model));
            case Reply.Passed whole -> named(whole, model);
            case Reply.Document document -> document;
            case Reply.Content content -> content;
        };
    }

    private StoredJob maker(String model) {
        return jobs.maker(model)
                .orElseThrow(() -> Refusal.notFound(
                        "model", "model_not_found", "There is no model of this name. List them with GET /v1/models."));
    }

    private Place ofJob(StoredJob job) {
        Alias live = cloud.ledger()
                .alias(job.endpoint())
                .orElseThrow(() -> new IllegalStateException("the endpoint of " + job.id() + " serves nothing"));
        if (Names.managed(live.component()))
            throw Refusal.invalid(
                    "model",
                    "model_elsewhere",
                    "The model is kept by a service as %s. Ask it there by that id.".formatted(live.component()));
        return new Place(job.endpoint(), live.component());
    }

    /// An endpoint of the base's own, made when it is first asked.
    private Place ofBase(String base) {
        String endpoint = "base-" + Names.slug(base, 40);
        Instant until = clock.instant().plus(PATIENCE);
        while (true) {
            switch (cloud.endpoints()
                    .ensureEndpoint(endpoint, base, cloud.bases().address(base + "/"))) {
                case Progress.InService ready -> {
                    return new Place(endpoint, cloud.endpoints().baseComponent(endpoint));
                }
                case Progress.Broken broken -> throw Refusal.invalid("model", "model_not_served", broken.reason());
                case Progress.Waiting waiting -> {
                    if (clock.instant().isAfter(until))
                        throw Refusal.notYet("The model is being loaded: %s. Ask again.".formatted(waiting.what()));
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.notYet("The server is stopping.");
        }
    }

    /// The answer under the name that was asked for.
    private static Reply.Passed named(Reply.Passed answer, String model) {
        if (answer.status() != 200) return answer;
        String renamed = named(new String(answer.body(), StandardCharsets.UTF_8), model);
        return new Reply.Passed(answer.status(), answer.contentType(), renamed.getBytes(StandardCharsets.UTF_8));
    }

    static String named(String document, String model) {
        try {
            ObjectNode answer = Json.read(document, ObjectNode.class, "the endpoint's answer");
            return Json.writeLine(answer.has("model") ? answer.put("model", model) : answer);
        } catch (InvalidDocument e) {
            throw new IllegalStateException("the endpoint answered with something else than a completion", e);
        }
    }

    private static ObjectNode view(String name, Instant created) {
        return Json.mapper()
                .createObjectNode()
                .put("id", name)
                .put("object", "model")
                .put("created", created.getEpochSecond())
                .put("owned_by", "tunedrop");
    }
}
