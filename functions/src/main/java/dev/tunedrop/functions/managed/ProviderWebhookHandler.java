package dev.tunedrop.functions.managed;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.Webhooks;

/// Takes a service's webhooks at a function URL; the path's last part names the service. A delivery wakes the run that
/// waits for its job, and is noted only then: one that was not heard is sent again.
public final class ProviderWebhookHandler
        extends JsonHandler<ProviderWebhookHandler.Delivery, ProviderWebhookHandler.Reply> {

    private static final int OK = 200;
    private static final int REFUSED = 400;
    private static final int NOT_FOUND = 404;

    private final Services services;
    private final Clock clock;

    public ProviderWebhookHandler() {
        this(Wiring.services(), Clock.systemUTC());
    }

    public ProviderWebhookHandler(Services services, Clock clock) {
        super(Delivery.class);
        this.services = services;
        this.clock = clock;
    }

    /// A request as a function URL hands it on (payload format 2.0).
    ///
    /// @param headers by their names in lower case
    public record Delivery(
            String rawPath,
            Map<String, String> headers,
            @Nullable String body,
            boolean isBase64Encoded) {

        public Delivery {
            headers = Map.copyOf(headers);
        }

        byte[] bytes() {
            if (body == null) return new byte[0];
            return isBase64Encoded ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "Delivery[" + rawPath + ", " + (body == null ? 0 : body.length()) + " characters]";
        }
    }

    public record Reply(int statusCode) {}

    @Override
    public Reply handle(Delivery delivery) {
        String path = delivery.rawPath();
        String id = path.substring(path.lastIndexOf('/') + 1);
        Optional<Webhooks> webhooks = services.providers().find(id).flatMap(Provider::webhooks);
        if (webhooks.isEmpty()) return new Reply(NOT_FOUND);
        Optional<Webhooks.News> news = webhooks.get().read(delivery.headers(), delivery.bytes(), clock.instant());
        if (news.isEmpty()) return new Reply(REFUSED);
        take(id, news.get());
        return new Reply(OK);
    }

    private void take(String provider, Webhooks.News news) {
        Objects artefacts = services.cloud().artefacts();
        String noted = ManagedJob.delivery(provider, news.id());
        Optional<ManagedJob.Pointer> run =
                artefacts.findJson(ManagedJob.pointer(provider, news.jobId()), ManagedJob.Pointer.class);
        if (run.isEmpty() || artefacts.head(noted).isPresent()) return;
        artefacts
                .findJson(new RunFiles(run.get().runId()).managedWait(), ManagedJob.Wait.class)
                .ifPresent(wait -> services.cloud()
                        .executions()
                        .answer(wait.taskToken(), Json.writeLine(new ManagedJob.News(ManagedJob.News.NEWS, ""))));
        artefacts.putJson(noted, new ManagedJob.Delivered(clock.instant()));
    }
}
