package dev.tunedrop.functions.provider.openai;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.http.Answer;
import dev.tunedrop.functions.provider.http.HttpAnswers;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// The protocol's calls, one method each. It sends what it is told, once, and hands the answer on.
final class OpenAiApi {

    private final OpenAiProfile profile;
    private final URI base;
    private final Supplier<String> key;
    private final ServiceHttp http;

    /// @param base ends with a slash
    /// @param key read for every call, so that a rotated secret is used at once
    OpenAiApi(OpenAiProfile profile, URI base, Supplier<String> key, ServiceHttp http) {
        this.profile = profile;
        this.base = base;
        this.key = key;
        this.http = http;
    }

    /// Every object of the protocol has an id, every list its data.
    static HttpAnswers answers(String service) {
        return new HttpAnswers(
                service,
                o -> !o.path("id").asText("").isEmpty() || o.path("data").isArray());
    }

    Answer createJob(JsonNode body) {
        return post(profile.jobs(), body);
    }

    /// @param query without the question mark; empty for none
    Answer jobs(String query) {
        return get(profile.jobs() + (query.isEmpty() ? "" : "?" + query));
    }

    Answer job(String id) {
        return get(profile.jobs() + "/" + segment(id));
    }

    /// @param verb `cancel`, `pause` or `resume`
    Answer tell(String id, String verb) {
        return post(
                profile.jobs() + "/" + segment(id) + "/" + verb, Json.mapper().createObjectNode());
    }

    Answer events(String id, String query) {
        return get(profile.jobs() + "/" + segment(id) + "/events" + (query.isEmpty() ? "" : "?" + query));
    }

    Answer checkpoints(String id) {
        return get(profile.jobs() + "/" + segment(id) + "/checkpoints?limit=100");
    }

    Answer model(String id) {
        return get("models/" + segment(id));
    }

    Answer files(String query) {
        return get("files?purpose=fine-tune" + (query.isEmpty() ? "" : "&" + query));
    }

    Answer file(String id) {
        return get("files/" + segment(id));
    }

    Answer sendFile(String name, long sizeBytes, Supplier<InputStream> content) {
        Form form = new Form();
        form.field("purpose", "fine-tune");
        return multipart("files", form, "file", name, sizeBytes, content);
    }

    Answer beginUpload(String name, long sizeBytes) {
        return post(
                "uploads",
                Json.mapper()
                        .createObjectNode()
                        .put("purpose", "fine-tune")
                        .put("filename", name)
                        .put("bytes", sizeBytes)
                        .put("mime_type", "text/jsonl"));
    }

    Answer sendPart(String upload, long sizeBytes, Supplier<InputStream> content) {
        return multipart("uploads/" + segment(upload) + "/parts", new Form(), "data", "part", sizeBytes, content);
    }

    Answer completeUpload(String upload, JsonNode partIds) {
        return post("uploads/" + segment(upload) + "/complete", partIds);
    }

    Answer chat(JsonNode question) {
        return post("chat/completions", question);
    }

    private Answer get(String path) {
        return http.send(request(path).GET().build());
    }

    private Answer post(String path, JsonNode body) {
        return http.send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.writeLine(body)))
                .build());
    }

    private Answer multipart(
            String path, Form form, String field, String name, long sizeBytes, Supplier<InputStream> content) {
        byte[] before = form.before(field, name);
        byte[] after = form.after();
        BodyPublisher body = BodyPublishers.fromPublisher(
                BodyPublishers.concat(
                        BodyPublishers.ofByteArray(before),
                        BodyPublishers.ofInputStream(content),
                        BodyPublishers.ofByteArray(after)),
                before.length + sizeBytes + after.length);
        return http.send(request(path)
                .header("Content-Type", "multipart/form-data; boundary=" + form.boundary)
                .POST(body)
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .header(profile.authHeader(), profile.authPrefix() + key.get())
                .header("Accept", "application/json");
    }

    private static String segment(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// A stream's bytes from `start`, at most `length` of them.
    static Supplier<InputStream> slice(Supplier<InputStream> whole, long start, long length) {
        return () -> {
            InputStream in = whole.get();
            try {
                in.skipNBytes(start);
            } catch (IOException e) {
                throw new UncheckedIOException("a part of the dataset cannot be read", e);
            }
            return new BoundedStream(in, length);
        };
    }

    /// RFC 7578 with one file last.
    private static final class Form {
        private final String boundary = "tunedrop-" + UUID.randomUUID();
        private final StringBuilder text = new StringBuilder();

        void field(String name, String value) {
            text.append("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                    .formatted(boundary, name, value));
        }

        byte[] before(String field, String fileName) {
            text.append(
                    "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                            .formatted(boundary, field, fileName));
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }

        byte[] after() {
            return "\r\n--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.US_ASCII);
        }
    }
}
