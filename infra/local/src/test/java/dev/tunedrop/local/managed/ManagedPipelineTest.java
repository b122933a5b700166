package dev.tunedrop.local.managed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.provider.faults.Fault;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.openai.FakeOpenAi;
import dev.tunedrop.functions.provider.openai.RequestSchema;
import dev.tunedrop.functions.quote.CatalogueFiles;
import dev.tunedrop.local.CloudOptions;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.ManagedCloud;

/// Drops that a managed service is to train, on the local cloud with the shipped workflow and functions.
class ManagedPipelineTest {

    private static final Path ROOT = Path.of(System.getProperty("tunedrop.root"));
    private static final String ROUTE = "openai/gpt-4.1-mini-2025-04-14";
    private static final List<String> WATCHED = List.of("dev.tunedrop", "software.amazon.awssdk");

    /// The shipped row without the day on which the model goes: the test is to outlive it.
    private static final String CATALOGUE = """
            {"staleAfterDays":90,"rows":[{"provider":"openai","model":"gpt-4.1-mini-2025-04-14","title":"GPT-4.1 mini",
             "target":"openai-sft","methods":["sft","dpo"],"insideAccount":false,"regions":[],"licence":"its terms",
             "trainingUsdPerMillion":5.0,"inputUsdPerMillion":0.8,"outputUsdPerMillion":3.2,"risks":[],"absent":{},
             "source":"the test","asOf":"2026-11-21"}]}
            """;

    private static String settings(String privacy) {
        return "{\"epochs\":1,\"route\":\"" + ROUTE + "\",\"privacy\":\"" + privacy + "\"}";
    }

    @TempDir
    Path home;

    private final FakeOpenAi fake = new FakeOpenAi(RequestSchema.published());
    private final FaultyService service = new FaultyService(fake);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void aServiceOnThisMachineAndItsKeyInAFile() throws IOException {
        System.setProperty("TUNEDROP_OPENAI_URL", service.address() + "v1/");
        System.setProperty("TUNEDROP_PROVIDERS_HERE", "true");
        secret("tunedrop/providers/openai", FakeOpenAi.KEY);
        secret("tunedrop/providers/openai-webhook", FakeOpenAi.WEBHOOK_SECRET);
        log.start();
        for (String name : WATCHED) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(Level.DEBUG);
            logger.setAdditive(false);
            logger.addAppender(log);
        }
    }

    @AfterEach
    void close() {
        for (String name : List.of("TUNEDROP_OPENAI_URL", "TUNEDROP_PROVIDERS_HERE", "TUNEDROP_POLL_SECONDS"))
            System.clearProperty(name);
        service.close();
        for (String name : WATCHED) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(null);
            logger.setAdditive(true);
            logger.detachAppender(log);
        }
    }

    private void secret(String name, String value) throws IOException {
        Path file = home.resolve("secrets").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private LocalCloud start(int pollSeconds) throws Exception {
        return start(pollSeconds, ManagedCloud.options(home, ROOT.resolve("models")));
    }

    private LocalCloud start(int pollSeconds, CloudOptions options) throws Exception {
        System.setProperty("TUNEDROP_POLL_SECONDS", Integer.toString(pollSeconds));
        LocalCloud cloud = LocalCloud.start(options);
        Wiring.cloud()
                .artefacts()
                .put(
                        CatalogueFiles.PREFIX + "managed.json",
                        CATALOGUE.getBytes(StandardCharsets.UTF_8),
                        "application/json");
        return cloud;
    }

    private static void drop(LocalCloud cloud, String dataset, String settings) {
        ManagedCloud.put(cloud, dataset + "/tune.json", settings.getBytes(StandardCharsets.UTF_8));
        try {
            byte[] rows = Files.readAllBytes(ROOT.resolve("samples/support-triage.jsonl"));
            ManagedCloud.put(cloud, dataset + "/tickets.jsonl", rows);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static RunRecord run(Cloud cloud, String dataset) throws InterruptedException {
        while (true) {
            for (RunRecord run : cloud.ledger().newest(20)) if (run.dataset().equals(dataset)) return run;
            Thread.sleep(50);
        }
    }

    private static RunRecord ended(Cloud cloud, String dataset) throws InterruptedException {
        RunRecord run = run(cloud, dataset);
        while (!run.state().terminal()) {
            Thread.sleep(50);
            run = run(cloud, dataset);
        }
        return run;
    }

    /// Why this machine trains and not the service.
    private static String notTaken(Cloud cloud, String dataset) throws InterruptedException {
        Decision decision =
                cloud.artefacts().json(new RunFiles(run(cloud, dataset).runId()).decision(), Decision.class);
        assertThat(decision.chosen()).isEqualTo("local/cpu");
        return decision.notTaken().stream()
                .filter(not -> not.route().equals(ROUTE))
                .map(Decision.NotTaken::reason)
                .findFirst()
                .orElse("");
    }

    private String job(int number) throws InterruptedException {
        while (fake.jobIds().size() < number) {
            for (RunRecord run : Wiring.cloud().ledger().newest(20))
                if (run.state() == RunState.FAILED || run.state() == RunState.REJECTED)
                    throw new AssertionError("no job was ordered: " + run.reason());
            Thread.sleep(50);
        }
        return fake.jobIds().get(number - 1);
    }

    @Test
    void aDropGoesToTheServiceItPrefersAndAnotherRouteIsTakenWhereThatMayNotOrWillNotBe() throws Exception {
        try (LocalCloud local = start(600)) {
            Cloud cloud = Wiring.cloud();
            drop(local, "open", settings("public"));
            String job = job(1);
            RunFiles files = new RunFiles(run(cloud, "open").runId());
            while (cloud.artefacts().head(files.managedWait()).isEmpty()) Thread.sleep(50);
            fake.succeed(job, "ft:gpt-4.1-mini:td", 10_000);
            assertThat(deliver(local, "wh_1", FakeOpenAi.news(job, "succeeded")))
                    .isEqualTo(200);
            RunRecord published = ended(cloud, "open");
            assertThat(published.state()).as(published.reason()).isEqualTo(RunState.PUBLISHED);
            assertThat(cloud.artefacts()
                            .json(files.publication(), Publication.class)
                            .component())
                    .isEqualTo("openai:ft:gpt-4.1-mini:td");
            assertThat(cloud.ledger().alias("open").orElseThrow().base()).isEqualTo(ROUTE);
            Settlement settlement = cloud.artefacts().json(files.settlement(), Settlement.class);
            assertThat(settlement.actualUsd()).isPositive().isNotEqualByComparingTo(settlement.quotedUsd());
            assertThat(cloud.budget().reserved(published.runId())).isZero();
            assertThat(local.batch().jobs()).isEmpty();

            int asked = fake.asked();
            drop(local, "ours", settings("private"));
            while (local.batch().jobs().isEmpty()) Thread.sleep(50);
            assertThat(notTaken(cloud, "ours")).isEqualTo("the data is private and does not leave the account");
            assertThat(fake.asked()).as("private data is not even offered").isEqualTo(asked);
            ended(cloud, "ours");
            assertThat(fake.complaints()).isEmpty();
        }
        noSecretIsAnywhere();
    }

    @Test
    void aDropThatTheServiceRefusesIsTrainedHereAndPublished() throws Exception {
        try (LocalCloud local = start(600, CloudOptions.standard(home, ROOT.resolve("models")))) {
            Cloud cloud = Wiring.cloud();
            service.misbehaveForEver("POST fine_tuning/jobs", Fault.FORBIDDEN_403);
            drop(local, "unwanted", settings("public"));
            RunRecord run = ended(cloud, "unwanted");
            assertThat(run.state()).as(run.reason()).isEqualTo(RunState.PUBLISHED);
            assertThat(notTaken(cloud, "unwanted")).contains("not-available");
            assertThat(local.batch().jobs()).hasSize(1);
            Publication publication =
                    cloud.artefacts().json(new RunFiles(run.runId()).publication(), Publication.class);
            assertThat(publication.samples()).isNotEmpty();
            assertThat(cloud.ledger()
                            .alias(publication.endpoint())
                            .orElseThrow()
                            .runId())
                    .isEqualTo(run.runId());
            assertThat(cloud.budget().reserved(run.runId())).isZero();
            assertThat(fake.complaints()).isEmpty();
        }
        noSecretIsAnywhere();
    }

    @Test
    void withoutWebhooksTheJobIsLookedAtAgainAndAgainAndAFailureIsTold() throws Exception {
        try (LocalCloud local = start(1)) {
            Cloud cloud = Wiring.cloud();
            drop(local, "open", settings("public"));
            String job = job(1);
            int before = fake.asked();
            while (fake.asked() < before + 3) Thread.sleep(50);
            fake.fail(job, "invalid_training_file");
            RunRecord failed = ended(cloud, "open");
            assertThat(failed.state()).isEqualTo(RunState.FAILED);
            assertThat(failed.reason())
                    .contains("openai says that the job has failed: invalid_training_file")
                    .doesNotContain("hush");
            assertThat(cloud.budget().reserved(failed.runId())).isZero();
        }
    }

    private static int deliver(LocalCloud local, String id, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(local.addresses().api() + "/functions/ProviderWebhook/openai"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (Map.Entry<String, String> header :
                FakeOpenAi.signed(id, Instant.now(), body).entrySet())
            request.header(header.getKey(), header.getValue());
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }

    /// In no artefact, no state, no history, no table and no line of the log.
    private void noSecretIsAnywhere() throws IOException {
        int seen = 0;
        try (Stream<Path> files = Files.walk(home.resolve("cloud"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                seen++;
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(text.contains(FakeOpenAi.KEY) || text.contains(FakeOpenAi.WEBHOOK_SECRET))
                        .as(file.toString())
                        .isFalse();
            }
        }
        assertThat(seen).isGreaterThan(30);
        assertThat(log.list).hasSizeGreaterThan(20);
        for (ILoggingEvent line : List.copyOf(log.list))
            assertThat(line.getFormattedMessage()).doesNotContain(FakeOpenAi.KEY, FakeOpenAi.WEBHOOK_SECRET);
        for (String job : fake.jobIds()) assertThat(Json.write(fake.job(job))).doesNotContain(FakeOpenAi.KEY);
    }
}
