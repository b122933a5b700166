package dev.tunedrop.functions.provider.vertex;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.http.HttpAnswers;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// Workload identity federation: the proof of who we are at AWS becomes a federated token (RFC 8693), and
/// that becomes an access token of the service account. No key of Google's is kept anywhere; a token is kept
/// in memory while it is good.
final class GoogleIdentity {

    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private final Project project;
    private final SubjectToken subject;
    private final ServiceHttp http;
    private final HttpAnswers answers;
    private final Clock clock;
    private final AtomicReference<@Nullable AccessToken> kept = new AtomicReference<>();

    GoogleIdentity(Project project, SubjectToken subject, ServiceHttp http, HttpAnswers answers, Clock clock) {
        this.project = project;
        this.subject = subject;
        this.http = http;
        this.answers = answers;
        this.clock = clock;
    }

    private record AccessToken(String value, Instant end) {
        @Override
        public String toString() {
            return "AccessToken[withheld, " + end + "]";
        }
    }

    String accessToken() {
        AccessToken known = kept.get();
        if (known != null && clock.instant().isBefore(known.end().minus(MARGIN))) return known.value();
        AccessToken fresh = impersonate(exchange());
        kept.set(fresh);
        return fresh.value();
    }

    private String exchange() {
        ObjectNode body = Json.mapper()
                .createObjectNode()
                .put("grantType", "urn:ietf:params:oauth:grant-type:token-exchange")
                .put("audience", project.audience())
                .put("scope", SCOPE)
                .put("requestedTokenType", "urn:ietf:params:oauth:token-type:access_token")
                .put("subjectTokenType", "urn:ietf:params:aws:token-type:aws4_request")
                .put("subjectToken", subject.forAudience(project.audience()));
        return answers.read(
                        "the exchange of identities",
                        () -> http.send(post(project.addresses().sts().resolve("v1/token"), body)
                                .build()),
                        o -> o.path("access_token").isTextual())
                .path("access_token")
                .asText();
    }

    private AccessToken impersonate(String federated) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.putArray("scope").add(SCOPE);
        URI address = project.addresses()
                .iam()
                .resolve("v1/projects/-/serviceAccounts/" + project.serviceAccount() + ":generateAccessToken");
        ObjectNode token = answers.read(
                "the service account's token",
                () -> http.send(post(address, body)
                        .header("Authorization", "Bearer " + federated)
                        .build()),
                o -> o.path("accessToken").isTextual() && o.path("expireTime").isTextual());
        return new AccessToken(
                token.path("accessToken").asText(),
                Instant.parse(token.path("expireTime").asText()));
    }

    private static HttpRequest.Builder post(URI address, ObjectNode body) {
        return HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.writeLine(body)));
    }
}
