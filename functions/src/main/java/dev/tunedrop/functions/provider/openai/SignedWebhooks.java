package dev.tunedrop.functions.provider.openai;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.functions.provider.Webhooks;
import dev.tunedrop.functions.provider.http.Answer;

/// Takes OpenAI's webhooks, which are signed as the Standard Webhooks specification has it: HMAC-SHA256 over
/// `id.timestamp.body` with the secret behind `whsec_`.
final class SignedWebhooks implements Webhooks {

    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final String SECRET = "whsec_";
    private static final String VERSION = "v1,";
    private static final int OK = 200;

    private final Supplier<String> secret;

    /// @param secret read for every delivery, so that a rotated one is used at once
    SignedWebhooks(Supplier<String> secret) {
        this.secret = secret;
    }

    @Override
    public Optional<News> read(Map<String, String> headers, byte[] body, Instant now) {
        String id = headers.get("webhook-id");
        String timestamp = headers.get("webhook-timestamp");
        String signatures = headers.get("webhook-signature");
        if (id == null || timestamp == null || signatures == null) return Optional.empty();
        if (!recent(timestamp, now) || !signed(id + "." + timestamp + ".", signatures, body)) return Optional.empty();
        Optional<ObjectNode> event = new Answer(OK, body).object();
        String type = event.map(e -> e.path("type").asText("")).orElse("");
        String job = event.map(e -> e.path("data").path("id").asText("")).orElse("");
        return Optional.of(new News(id, type.startsWith("fine_tuning.job.") ? job : ""));
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

    private byte[] key() {
        String text = secret.get();
        return text.startsWith(SECRET)
                ? Base64.getDecoder().decode(text.substring(SECRET.length()))
                : text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] mac(String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(), "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }
}
