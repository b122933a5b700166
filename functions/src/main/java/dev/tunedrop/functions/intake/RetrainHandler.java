package dev.tunedrop.functions.intake;

import java.nio.charset.StandardCharsets;
import java.time.Clock;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.TunedropEvent;
import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;

/// Gives each `RetrainRequested` to [Retraining].
public final class RetrainHandler extends QueueHandler {

    private final Retraining retraining;

    public RetrainHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public RetrainHandler(Cloud cloud, Clock clock) {
        this.retraining = new Retraining(cloud, clock);
    }

    @Override
    void take(String body) {
        retraining.take(read(body));
    }

    /// The request, under its own name or the event's id.
    static RetrainRequested read(String body) {
        JsonNode event = Json.tree(body.getBytes(StandardCharsets.UTF_8), "the event");
        if (!(TunedropEvent.read(event.path("detail-type").asText(), event.path("detail"))
                instanceof RetrainRequested asked))
            throw new InvalidDocument("the event is no RetrainRequested; the queue's rule lets others through");
        String request = asked.request();
        String name = request == null || request.isBlank() ? event.path("id").asText() : request;
        if (name.isBlank()) throw new InvalidDocument("the event has neither an id nor a request");
        return asked.named(name);
    }
}
