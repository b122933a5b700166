package dev.tunedrop.local.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.TunedropEvent.RetrainRequested.Cause;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.PromptTally;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Datasets.Outcome;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.schedule.ScheduleRetrainsHandler;
import dev.tunedrop.functions.schedule.Tick;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.bus.LocalBus;
import dev.tunedrop.local.load.InstantJob;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.ChatMessage;

/// Every trigger, in a whole cloud with the shipped functions, rules, queues and workflow; only training and the
/// endpoint's container answer at once.
class RetrainingTest {

    private static final Path MODELS =
            Path.of(System.getProperty("tunedrop.root")).resolve("models");
    private static final String BASE = "tunedrop-tiny";
    private static final String OLD = "tiny-old";
    private static final String NEXT = "tiny-two";
    private static final String TUNE =
            "{\"base\":\"tunedrop-tiny\",\"retrain\":{\"drift\":0.2,\"onRetirement\":\"tiny-two\"}}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path home;

    @SuppressWarnings("NullAway.Init")
    private static LocalCloud local;

    @SuppressWarnings("NullAway.Init")
    private static Cloud cloud;

    @SuppressWarnings("NullAway.Init")
    private static DatasetBench datasets;

    /// One cloud for all tests, and a dataset for each.
    @BeforeAll
    static void start() throws Exception {
        local = LocalCloud.start(InstantJob.options(home, MODELS));
        cloud = Wiring.cloud();
        datasets = new DatasetBench(local, cloud, TUNE);
        try (Stream<Path> files = Files.list(MODELS.resolve(BASE))) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                for (String base : List.of(OLD, NEXT))
                    cloud.bases().put(base + "/" + file.getFileName(), file, "application/octet-stream");
        }
    }

    @AfterAll
    static void stop() {
        local.close();
    }

    private static RetrainRequested asked(String dataset, String request) {
        return new RetrainRequested(Instant.now(), dataset, Cause.PERSON, "the catalogue changed", request);
    }

    @Test
    void aPersonsRequestTrainsTheSameRowsAgainAndTheNewAdapterGoesLiveSayingWhy() throws Exception {
        Alias before = datasets.published("person");
        cloud.bus().publish(asked("person", "p1"));
        Alias after = datasets.live("person", before.runId());
        assertThat(datasets.runs("person")).hasSize(2);
        RunRecord run = cloud.ledger().find(after.runId()).orElseThrow();
        assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
        assertThat(Objects.requireNonNull(run.retrain()).because())
                .isEqualTo("retrained because the catalogue changed");
        assertThat(after.component()).isNotEqualTo(before.component());
        assertThat(after.previousRun()).isEqualTo(before.runId());
        assertThat(cloud.artefacts()
                        .json(new RunFiles(after.runId()).retrain(), Retrain.class)
                        .cause())
                .isEqualTo(Cause.PERSON);
    }

    @Test
    void twentyDeliveriesOfOneRequestMakeOneRun() throws Exception {
        Alias before = datasets.published("twenty");
        ObjectNode event = LocalBus.envelope(
                "tunedrop", "RetrainRequested", Json.mapper().valueToTree(asked("twenty", "t1")), List.of());
        for (int i = 0; i < 20; i++) local.bus().publish(event);
        Alias after = datasets.live("twenty", before.runId());
        datasets.awaitEmpty("Retrains");
        assertThat(datasets.runs("twenty")).hasSize(2);
        assertThat(datasets.answer("t1").runId()).isEqualTo(after.runId());
    }

    @Test
    void whatAnotherSourceCallsARequestStartsNothing() throws Exception {
        datasets.published("stranger");
        ObjectNode event = LocalBus.envelope(
                "stranger", "RetrainRequested", Json.mapper().valueToTree(asked("stranger", "s1")), List.of());
        assertThat(local.bus().publish(event)).as("rules that let it through").isZero();
        assertThat(cloud.ledger().datasets().answer("s1")).isEmpty();
    }

    @Test
    void aDayOfShiftedRequestsMakesOneNewAdapterAndADayLikeTheRowsMakesNone() throws Exception {
        Alias before = datasets.published("drifting");
        try (BaseText text = BaseText.load(MODELS.resolve(BASE))) {
            asked(
                    before,
                    text,
                    List.of(
                            DatasetBench.question(1),
                            DatasetBench.question(2),
                            DatasetBench.question(33),
                            DatasetBench.question(4)));
            assertThat(local.schedules().now("WatchDrift").path("looked"))
                    .anyMatch(endpoint -> endpoint.asText().equals("drifting"));
            assertThat(cloud.ledger().datasets().find("drifting").orElseThrow().latestRun())
                    .as("a day like the rows")
                    .isEqualTo(before.runId());
            asked(
                    before,
                    text,
                    List.of(
                            "Wo bleibt mein Paket? Ich habe es vor drei Wochen bestellt, seitdem nichts mehr davon gehört, und niemand antwortet auf meine Briefe.",
                            "Bitte stornieren Sie die Bestellung und überweisen Sie den vollen Betrag auf das Konto zurück, von dem er abgebucht worden ist."));
        }
        assertThat(local.schedules().now("WatchDrift").path("asked"))
                .extracting(JsonNode::asText)
                .containsExactly("drifting");
        Alias after = datasets.live("drifting", before.runId());
        assertThat(local.schedules().now("WatchDrift").path("asked")).isEmpty();
        datasets.awaitEmpty("Retrains");
        assertThat(datasets.runs("drifting")).hasSize(2);
        assertThat(Objects.requireNonNull(
                        cloud.ledger().find(after.runId()).orElseThrow().retrain()))
                .satisfies(why -> {
                    assertThat(why.cause()).isEqualTo(Cause.DRIFT);
                    assertThat(why.because()).startsWith("retrained because what the endpoint drifting is asked");
                });
    }

    /// Some hundred prompts, counted as the endpoint's container counts them.
    private static void asked(Alias live, BaseText text, List<String> questions) {
        PromptTally tally = new PromptTally();
        for (int i = 0; i < 400; i++) {
            int[] prompt = text.promptIds(List.of(new ChatMessage("user", questions.get(i % questions.size()), false)));
            tally.add(prompt, prompt.length);
        }
        String now = DateTimeFormatter.ofPattern("yyyy-MM-dd/HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        cloud.artefacts()
                .putJson(
                        PromptProfile.KEYS + live.component() + "/" + now + "-" + questions.size() + ".json",
                        tally.profile());
    }

    @Test
    void aBaseThatGoesAwayIsFollowedByTheOneThatTheSettingsNameBehindAnEndpointOfItsOwn() throws Exception {
        Alias before = datasets.published("retiring", TUNE.replace(BASE, OLD));
        String tomorrow = LocalDate.now(ZoneOffset.UTC).plusDays(1).toString();
        String row =
                "{\"id\":\"%s\",\"repository\":\"r\",\"architecture\":\"llama\",\"config\":%s,\"licence\":\"l\",\"commercialUse\":true,\"endOfLife\":\"%s\",\"absent\":{},\"source\":\"own list\",\"asOf\":\"2026-11-21\"}"
                        .formatted(OLD, otherSizes(), tomorrow);
        cloud.artefacts()
                .put(
                        "catalogue/bases.json",
                        ("{\"staleAfterDays\":90,\"rows\":[" + row + "]}").getBytes(StandardCharsets.UTF_8),
                        "application/json");
        assertThat(local.schedules().now("WatchRetirements").path("endpoints"))
                .extracting(JsonNode::asText)
                .contains("retiring");
        Alias after = datasets.live("retiring-tiny-two", null);
        assertThat(after.base()).isEqualTo(NEXT);
        assertThat(cloud.ledger().alias("retiring")).contains(before);
        assertThat(cloud.artefacts()
                        .json(new RunFiles(after.runId()).settings(), RunSettings.class)
                        .base())
                .isEqualTo(NEXT);
        assertThat(Objects.requireNonNull(
                                cloud.ledger().find(after.runId()).orElseThrow().retrain())
                        .because())
                .contains("ends on " + tomorrow);
        assertThat(local.schedules().now("WatchRetirements").path("endpoints"))
                .extracting(JsonNode::asText)
                .doesNotContain("retiring");
    }

    /// The catalogue knows a base by its sizes too, and the next one has those of the first.
    private static String otherSizes() throws java.io.IOException {
        return Files.readString(MODELS.resolve(BASE).resolve("config.json"))
                .replace("\"num_hidden_layers\" : 6", "\"num_hidden_layers\" : 5");
    }

    @Test
    void afterSoManyDaysADatasetIsTrainedOnceHoweverOftenAndAtOnceThePassRuns() throws Exception {
        Alias before = datasets.published(
                "monthly", "{\"base\":\"tunedrop-tiny\",\"retrain\":{\"every\":\"30 days\",\"always\":true}}");
        assertThat(due(29)).isEmpty();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            CyclicBarrier together = new CyclicBarrier(2);
            Callable<List<String>> pass = () -> {
                together.await();
                return due(31);
            };
            for (Future<List<String>> asked : threads.invokeAll(List.of(pass, pass)))
                assertThat(asked.get()).isSubsetOf("monthly");
        }
        Alias after = datasets.live("monthly", before.runId());
        assertThat(due(31)).as("the same day again").isEmpty();
        datasets.awaitEmpty("Retrains");
        assertThat(datasets.runs("monthly")).hasSize(2);
        assertThat(Objects.requireNonNull(
                        cloud.ledger().find(after.runId()).orElseThrow().retrain()))
                .satisfies(why -> {
                    assertThat(why.cause()).isEqualTo(Cause.SCHEDULE);
                    assertThat(why.because())
                            .startsWith(
                                    "retrained because tune.json asks for it every 30 days, and its last run began on");
                });
    }

    /// What the pass asks for, of this test's dataset, so many days from now.
    private static List<String> due(int days) {
        Clock then = Clock.offset(Clock.systemUTC(), Duration.ofDays(days));
        return new ScheduleRetrainsHandler(cloud, then)
                .handle(new Tick(null)).datasets().stream()
                        .filter("monthly"::equals)
                        .toList();
    }

    @Test
    void aRequestThatHasToWaitComesWithTheClockOnceTheRunUnderWayHasEnded() throws Exception {
        Alias before = datasets.published("waiting");
        // a run that nobody ends
        RunRecord stuck = cloud.ledger()
                .find(before.runId())
                .orElseThrow()
                .again(new Retrain("held", Cause.PERSON, "it is held", null, Instant.now()), Instant.now());
        cloud.ledger().begin(stuck);
        assertThat(cloud.ledger().datasets().claim("waiting", before.runId(), stuck.runId()))
                .isTrue();
        cloud.bus().publish(asked("waiting", "w1").on(NEXT));
        assertThat(datasets.answer("w1").outcome()).isEqualTo(Outcome.WAITING);
        assertThat(local.schedules().now("ScheduleRetrains").path("datasets"))
                .extracting(JsonNode::asText)
                .doesNotContain("waiting");
        cloud.ledger().end(stuck.runId(), RunState.FAILED, "held: no more", Instant.now());
        assertThat(local.schedules().now("ScheduleRetrains").path("datasets"))
                .extracting(JsonNode::asText)
                .contains("waiting");
        Alias after = datasets.live("waiting-tiny-two", null);
        assertThat(datasets.answer("w1").runId()).isEqualTo(after.runId());
        assertThat(local.schedules().now("ScheduleRetrains").path("datasets"))
                .extracting(JsonNode::asText)
                .doesNotContain("waiting");
    }
}
