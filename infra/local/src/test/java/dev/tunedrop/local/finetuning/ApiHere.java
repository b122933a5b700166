package dev.tunedrop.local.finetuning;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Endpoints;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.local.console.ExampleRuns;
import dev.tunedrop.local.console.Figure;
import dev.tunedrop.local.console.RunSummary;
import dev.tunedrop.local.console.RunView;
import dev.tunedrop.local.console.RunViews;
import dev.tunedrop.local.finetuning.http.Reply;

/// The API in front of a cloud in memory, whose runs look as the test says.
final class ApiHere implements AutoCloseable {

    final MemoryObjects drops;
    final MemoryLedger ledger = new MemoryLedger();
    final MemoryObjects bases = new MemoryObjects("bases");
    final Door door = new Door();
    /// One of [ExampleRuns], as which every run appears; absent while it has not begun.
    volatile @Nullable String run;

    private final ExampleRuns examples = new ExampleRuns();
    private final FineTuningApi api;
    private final HttpClient http = HttpClient.newHttpClient();

    ApiHere(Path folder) {
        this(folder, new MemoryObjects("drops"), new FineTuningApi.Options("127.0.0.1", 0, null, null, null));
    }

    ApiHere(Path folder, MemoryObjects drops, FineTuningApi.Options options) {
        this.drops = drops;
        bases.put("tunedrop-tiny/config.json", new byte[] {'{', '}'}, "application/json");
        Cloud cloud = new Cloud(
                drops,
                new MemoryObjects("artefacts"),
                bases,
                ledger,
                new MemoryBudget(),
                new MemoryExecutions(),
                new MemoryBus(),
                new Serving(),
                new MemoryMetrics());
        api = FineTuningApi.start(folder, cloud, new Views(), door, options, clock());
    }

    /// A clock that goes, and at its start stands before all example runs: a job is ordered before its run begins.
    private static Clock clock() {
        Clock today = Clock.systemUTC();
        return Clock.offset(today, Duration.between(today.instant(), ExampleRuns.BEFORE_ALL));
    }

    record Answer(int status, JsonNode body) {
        String id() {
            return body.path("id").asText();
        }

        JsonNode error() {
            return body.path("error");
        }
    }

    URI address() {
        return api.address();
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, String body, String... headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        if (headers.length > 0) request.headers(headers);
        return send(request.POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /// A form with a file in it.
    Answer form(String path, String field, String content, Map<String, String> fields) {
        StringBuilder form = new StringBuilder();
        fields.forEach((name, value) -> form.append(
                "--xx\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(name, value)));
        form.append("--xx\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\"grün.jsonl\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n" + content + "\r\n--xx--\r\n");
        return send(request(path)
                .header("Content-Type", "multipart/form-data; boundary=xx")
                .POST(HttpRequest.BodyPublishers.ofString(form.toString())));
    }

    String upload(String content) {
        return form("files", "file", content, Map.of("purpose", "fine-tune")).id();
    }

    byte[] bytes(String path) {
        try {
            return http.send(request(path).build(), HttpResponse.BodyHandlers.ofByteArray())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(api.address() + "/" + path)).header("Authorization", "Bearer any");
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), Json.tree(answer.body(), "the answer"));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.close();
        api.close();
    }

    /// Notes what it is asked.
    static final class Door implements CloudDoor {
        final List<String> asked = new ArrayList<>();
        final CountDownLatch second = new CountDownLatch(1);

        @Override
        public synchronized void stop(String runId, String cause) {
            asked.add("stop");
        }

        @Override
        public synchronized void hold(String runId) {
            asked.add("hold");
        }

        @Override
        public synchronized void release(String runId) {
            asked.add("release");
        }

        @Override
        public Reply.Passed chat(String endpoint, String component, byte[] body) {
            String answer =
                    "{\"model\":\"" + component + "\",\"asked\":" + new String(body, StandardCharsets.UTF_8) + "}";
            return new Reply.Passed(200, "application/json", answer.getBytes(StandardCharsets.UTF_8));
        }

        /// A question that it refuses is refused; the second event comes once the test has released it.
        @Override
        public Reply stream(String endpoint, String component, byte[] body) {
            if (new String(body, StandardCharsets.UTF_8).contains("refuse"))
                return new Reply.Passed(400, "application/json", "{\"error\":{}}".getBytes(StandardCharsets.UTF_8));
            String answer =
                    "{\"model\":\"" + component + "\",\"asked\":" + new String(body, StandardCharsets.UTF_8) + "}";
            return new Reply.Streamed(
                    "text/event-stream; charset=utf-8",
                    new SequenceInputStream(
                            bytes("data: " + answer + "\n\n"), new Held(bytes("data: [DONE]\n\n"), second)));
        }

        private static InputStream bytes(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        private static final class Held extends FilterInputStream {
            private final CountDownLatch released;

            Held(InputStream in, CountDownLatch released) {
                super(in);
                this.released = released;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException("nobody waits any more");
                }
                return super.read(into, offset, length);
            }
        }

        @Override
        public void close() {}
    }

    private final class Views implements RunViews {
        @Override
        public List<RunSummary> runs() {
            return List.of();
        }

        @Override
        public Optional<RunView> run(String runId) {
            return Optional.ofNullable(run).flatMap(examples::run);
        }

        @Override
        public List<StepMetrics> metrics(String runId, int afterStep) {
            return examples.metrics(runId, afterStep);
        }

        @Override
        public Optional<String> reportPage(String runId) {
            return Optional.empty();
        }

        @Override
        public List<Figure> figures() {
            return List.of();
        }
    }

    private static final class Serving implements Endpoints {
        @Override
        public Progress ensureEndpoint(String endpoint, String base, String baseUri) {
            return new Progress.InService();
        }

        @Override
        public Progress ensureAdapter(String endpoint, String base, String component, String adapterUri) {
            return new Progress.InService();
        }

        @Override
        public String ask(String endpoint, String component, List<Map<String, String>> messages, int maxTokens) {
            throw new IllegalStateException("chats go through the door");
        }

        @Override
        public String baseComponent(String endpoint) {
            return endpoint + "-base";
        }

        @Override
        public void remove(String component) {}
    }
}
