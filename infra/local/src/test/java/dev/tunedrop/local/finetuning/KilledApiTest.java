package dev.tunedrop.local.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.local.CloudOptions;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.Names;
import dev.tunedrop.local.console.CloudRunViews;
import dev.tunedrop.local.console.FigureLog;
import dev.tunedrop.local.console.aws.SfnHistories;
import dev.tunedrop.local.finetuning.aws.SdkCloudDoor;

/// The process is killed as soon as it has taken an order; the next one goes on with it.
class KilledApiTest {

    private static final Path ROOT = Path.of(System.getProperty("tunedrop.root"));
    private static final String KEY = "the same order";

    @TempDir
    Path home;

    private @Nullable Process process;

    @AfterEach
    void end() throws InterruptedException {
        kill();
    }

    private void kill() throws InterruptedException {
        if (process == null) return;
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /// Cloud and API, until somebody ends it.
    private static final class Here implements AutoCloseable {
        final LocalCloud local;
        final Cloud cloud;
        final FineTuningApi api;
        private final SfnHistories histories;
        private final SdkCloudDoor door;

        Here(Path home) throws Exception {
            local = LocalCloud.start(CloudOptions.standard(home, ROOT.resolve("models")));
            histories = SfnHistories.connect(Names.STATE_MACHINE);
            door = new SdkCloudDoor(local.addresses());
            cloud = Wiring.cloud();
            api = FineTuningApi.start(
                    home.resolve("finetuning"),
                    cloud,
                    new CloudRunViews(
                            cloud.ledger(), cloud.artefacts(), histories, new FigureLog(Path.of("no-figures.jsonl"))),
                    door,
                    new FineTuningApi.Options("127.0.0.1", 0, null, null, null),
                    Clock.systemUTC());
        }

        @Override
        public void close() {
            api.close();
            door.close();
            histories.close();
            local.close();
        }
    }

    static final class Killable {
        private Killable() {}

        public static void main(String[] args) throws Exception {
            try (Here here = new Here(Path.of(args[0]))) {
                System.out.println("up " + here.api.address());
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    private String up() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsqlite4java.library.path=" + System.getProperty("sqlite4java.library.path"),
                "-Dtunedrop.root=" + ROOT,
                Killable.class.getName(),
                home.toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectErrorStream(true);
        Process started = builder.start();
        process = started;
        BufferedReader out = started.inputReader();
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("up ")) return line.substring(3);
            said.append(line).append('\n');
        }
        throw new IOException("the API did not come up: " + said);
    }

    private static JsonNode ask(String address, HttpRequest.Builder request) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest whole = request.uri(URI.create(address))
                    .header("Authorization", "Bearer any")
                    .header("Idempotency-Key", KEY)
                    .build();
            return Json.tree(
                    http.send(whole, HttpResponse.BodyHandlers.ofByteArray()).body(), address);
        }
    }

    private static HttpRequest.Builder order(String file) {
        return HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"tunedrop-tiny\",\"training_file\":\"" + file + "\"}"));
    }

    @Test
    void aJobThatWasOrderedBeforeTheProcessWasKilledIsDoneOnceByTheNext() throws Exception {
        String address = up();
        String form = """
                --xx
                Content-Disposition: form-data; name="purpose"

                fine-tune
                --xx
                Content-Disposition: form-data; name="file"; filename="rows.jsonl"

                {"messages":[
                --xx--
                """.replace("\n", "\r\n");
        String file = ask(
                        address + "/files",
                        HttpRequest.newBuilder()
                                .header("Content-Type", "multipart/form-data; boundary=xx")
                                .POST(HttpRequest.BodyPublishers.ofString(form)))
                .path("id")
                .asText();
        String job = ask(address + "/fine_tuning/jobs", order(file)).path("id").asText();
        kill();

        try (Here here = new Here(home)) {
            String jobs = here.api.address() + "/fine_tuning/jobs";
            assertThat(ask(jobs, order(file)).path("id").asText())
                    .as("the client asks again, not knowing")
                    .isEqualTo(job);
            JsonNode now = ask(jobs + "/" + job, HttpRequest.newBuilder().GET());
            while (!now.path("status").asText().equals("failed")) {
                Thread.sleep(50);
                now = ask(jobs + "/" + job, HttpRequest.newBuilder().GET());
            }
            assertThat(now.at("/error/param").asText()).isEqualTo("training_file");
            assertThat(now.at("/error/message").asText()).startsWith("Line 1, ");
            assertThat(here.cloud.ledger().newest(10)).hasSize(1);
            assertThat(here.local.states().executions(Names.STATE_MACHINE)).hasSize(1);
        }
    }
}
