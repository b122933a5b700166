package dev.tunedrop.local.finetuning;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;

/// Tells one address how jobs ended, signed as the Standard Webhooks specification has it: HMAC-SHA256 over
/// `id.timestamp.body` with the secret behind `whsec_`. What is not taken with a 2xx is sent again, ever more
/// seldom, for three days; a second sending has the first one's id.
final class Webhook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final String SECRET = "whsec_";
    private static final Duration PATIENCE = Duration.ofDays(3);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final URI address;
    private final byte[] key;
    private final Jobs jobs;
    private final Clock clock;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();
    private final Map<String, Tried> tried = new HashMap<>();

    private record Tried(int times, Instant next) {}

    /// @param secret `whsec_` and Base64
    Webhook(URI address, String secret, Jobs jobs, Clock clock) {
        this.address = address;
        this.key = key(secret);
        this.jobs = jobs;
        this.clock = clock;
    }

    private static byte[] key(String secret) {
        try {
            if (secret.startsWith(SECRET)) return Base64.getDecoder().decode(secret.substring(SECRET.length()));
        } catch (IllegalArgumentException notBase64) {
            throw new UserMistake("TUNEDROP_WEBHOOK_SECRET is not Base64 after whsec_. Make one that is.", notBase64);
        }
        throw new UserMistake("TUNEDROP_WEBHOOK_SECRET must be whsec_ and then Base64. Make one that is.");
    }

    /// Tells of every end that is due.
    void tick() {
        for (StoredJob job : jobs.all()) {
            StoredJob.Outcome outcome = job.outcome();
            if (outcome == null || job.announced()) continue;
            if (outcome.at().plus(PATIENCE).isBefore(clock.instant())) jobs.announced(job.id());
            else if (due(job)) tell(job, outcome);
        }
    }

    private boolean due(StoredJob job) {
        Tried last = tried.get(job.id());
        return last == null || !clock.instant().isBefore(last.next());
    }

    private void tell(StoredJob job, StoredJob.Outcome outcome) {
        if (sent(job, outcome)) {
            jobs.announced(job.id());
            tried.remove(job.id());
            return;
        }
        int times = tried.containsKey(job.id()) ? tried.get(job.id()).times() + 1 : 1;
        Duration pause = Duration.ofSeconds(1L << Math.min(times, 20));
        tried.put(
                job.id(),
                new Tried(times, clock.instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE)));
    }

    private boolean sent(StoredJob job, StoredJob.Outcome outcome) {
        String id = Ids.of("evt_", job.id() + " end");
        String body = Json.writeLine(Json.mapper()
                .createObjectNode()
                .put("id", id)
                .put("object", "event")
                .put("created_at", outcome.at().getEpochSecond())
                .put("type", "fine_tuning.job." + outcome.end().name())
                .set("data", Json.mapper().createObjectNode().put("id", job.id())));
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", "v1," + signature(id + "." + timestamp + "." + body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status / 100 != 2) LOG.warn("the webhook for {} was answered with {}", job.id(), status);
            return status / 100 == 2;
        } catch (IOException e) {
            LOG.warn("the webhook for {} could not be delivered: {}", job.id(), e.toString());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String signature(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
