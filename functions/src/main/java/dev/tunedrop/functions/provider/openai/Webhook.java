package dev.tunedrop.functions.provider.openai;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.provider.http.Answer;

/// Takes OpenAI's webhooks, which are signed as the Standard Webhooks specification has it: HMAC-SHA256 over
/// `id.timestamp.body` with the secret behind `whsec_`. A webhook only says that a job may be looked at; what became of
/// it is read from the job.
public final class Webhook {

    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final String SECRET = "whsec_";
    private static final String VERSION = "v1,";
    private static final int OK = 200;

    private final byte[] key;

    public Webhook(String secret) {
        this.key = secret.startsWith(SECRET)
                ? Base64.getDecoder().decode(secret.substring(SECRET.length()))
                : secret.getBytes(StandardCharsets.UTF_8);
    }

    /// @param id of the delivery: a second one with the same id says nothing new
    public record News(String id, String type, String jobId) {}

    /// What a delivery says; empty when it is forged, too old, from the future, or not about a job.
    ///
    /// @param id header `webhook-id`
    /// @param timestamp header `webhook-timestamp`
    /// @param signatures header `webhook-signature`
    /// @param body as it came over the wire
    public Optional<News> read(
            @Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body, Instant now) {
        if (id == null || timestamp == null || signatures == null) return Optional.empty();
        if (!recent(timestamp, now) || !signed(id + "." + timestamp + ".", signatures, body)) return Optional.empty();
        Optional<ObjectNode> event = new Answer(OK, body).object();
        return event.filter(e -> e.path("type").asText("").startsWith("fine_tuning.job."))
                .map(e -> new News(
                        id, e.path("type").asText(), e.path("data").path("id").asText("")))
                .filter(news -> !news.jobId().isEmpty());
    }

    private static boolean recent(String timestamp, Instant now) {
        if (!timestamp.matches("\\d{1,12}")) return false;
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now);
        return age.abs().compareTo(TOLERANCE) <= 0;
    }

    private boolean signed(String head, String signatures, byte[] body) {
        byte[] expected = mac(head, body);
        boolean matches = false;
        for (String signature : signatures.split(" ", -1)) {
            if (!signature.startsWith(VERSION)) continue;
            byte[] given = signature.substring(VERSION.length()).getBytes(StandardCharsets.US_ASCII);
            matches |= MessageDigest.isEqual(Base64.getEncoder().encode(expected), given);
        }
        return matches;
    }

    private byte[] mac(String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }
}
