package dev.tunedrop.functions.managed;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Budget;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Endpoints;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.dataset.CanonicalRow;
import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.provider.Means;
import dev.tunedrop.functions.provider.ObjectAttempts;
import dev.tunedrop.functions.provider.Providers;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.http.ServiceHttp;
import dev.tunedrop.functions.provider.openai.FakeOpenAi;
import dev.tunedrop.functions.provider.openai.OpenAiServices;
import dev.tunedrop.functions.provider.openai.RequestSchema;

/// A cloud in memory, a fake service and a run that was decided to go there.
final class ManagedBench implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    static final String MODEL = "gpt-4.1-mini-2025-04-14";
    static final String ROUTE = "openai/" + MODEL;
    static final long TOKENS = 1_000;
    static final int USD_PER_MILLION = 500;
    static final long WALL = 7_200;

    private static final String ADDRESS = "TUNEDROP_OPENAI_URL";

    final FakeOpenAi fake = new FakeOpenAi(RequestSchema.published());
    final FaultyService service = new FaultyService(fake);
    final MemoryObjects artefacts = new MemoryObjects("artefacts");
    final MemoryLedger ledger = new MemoryLedger();
    final MemoryBudget budget = new MemoryBudget();
    final MemoryExecutions executions = new MemoryExecutions();
    final NoEndpoints endpoints = new NoEndpoints();
    final Cloud cloud = new Cloud(
            new MemoryObjects("drops"),
            artefacts,
            new MemoryObjects("bases"),
            ledger,
            budget,
            executions,
            new MemoryBus(),
            endpoints,
            new MemoryMetrics());
    final Services services;
    final RunFiles files;
    private final java.util.List<ServiceHttp> ways = new java.util.ArrayList<>();

    ManagedBench(String privacy) {
        this(privacy, privacy.toUpperCase(Locale.ROOT));
    }

    /// @param found what the dataset's report found; empty: there is no report
    ManagedBench(String privacy, String found) {
        System.setProperty(ADDRESS, service.address() + "v1/");
        Map<String, String> secrets = Map.of(
                "tunedrop/providers/openai",
                FakeOpenAi.KEY + "\n",
                "tunedrop/providers/openai-webhook",
                FakeOpenAi.WEBHOOK_SECRET);
        services = new Services(
                cloud,
                new Providers(new OpenAiServices(new Means(
                                artefacts,
                                name -> Optional.ofNullable(secrets.get(name)),
                                new ObjectAttempts(artefacts),
                                CLOCK))
                        .all(true, hosts -> {
                            ServiceHttp way = new ServiceHttp(hosts, Duration.ofSeconds(5), Duration.ofSeconds(5));
                            ways.add(way);
                            return way;
                        })));
        DropRef drop = new DropRef("drops", "support/x.jsonl", "v1", 10);
        files = new RunFiles(drop.runId());
        artefacts.putJson(files.drop(), drop);
        artefacts.putJson(
                files.settings(),
                SettingsFile.read(
                        ("{\"epochs\":2,\"privacy\":\"" + privacy + "\"}").getBytes(StandardCharsets.UTF_8),
                        "tune.json"));
        artefacts.putJson(
                files.manifest(),
                new Manifest(
                        drop.runId(),
                        "tiny",
                        "s",
                        "t",
                        "c",
                        new Manifest.Shard("k", "s", 1, 2, TOKENS, 400),
                        new Manifest.Shard("v", "s", 1, 1, 100, 40)));
        artefacts.put(
                files.canonicalRows(),
                (row(1, "train") + row(2, "train") + row(3, "validation")).getBytes(StandardCharsets.UTF_8),
                "application/jsonl");
        document(
                files.decision(),
                "{\"runId\":\"r\",\"chosen\":\"" + ROUTE
                        + "\",\"reasons\":[],\"notTaken\":[],\"reserveUsd\":2,\"needsApproval\":false}");
        if (!found.isEmpty()) document(files.report(), """
                    {"verdict":"ACCEPTED","format":"openai-chat","formats":[],"sizeBytes":1,"rows":3,"refusedRows":0,
                     "datasetSha256":"s","findingsByRule":{},"findings":[],"targets":[],
                     "privateData":{"privacy":"%s","kinds":[]}}
                    """.formatted(found));
        document(files.quote(), """
                {"runId":"r","at":"2026-11-01T00:00:00Z","priceTableDate":"2026-11-01","priceTableStale":false,"routes":[
                 {"route":"%s","provider":"openai","method":"sft","instance":"","spot":false,"refusals":[],
                  "trainingUsd":{"low":0.5,"expected":1,"high":2},"trainingSeconds":{"low":60,"expected":600,"high":6000},
                  "terms":{"model":"m","insideAccount":false,"regions":[],"licence":"its terms","risks":[],"source":"s",
                           "asOf":"2026-11-01","kind":"k","trainingUsdPerMillion":%s}}]}
                """.formatted(ROUTE, USD_PER_MILLION));
        budget.reserve(
                drop.runId(),
                new Budget.Claim(
                        NOW.atOffset(ZoneOffset.UTC).toLocalDate(),
                        "support",
                        BigDecimal.TWO,
                        BigDecimal.TEN,
                        BigDecimal.TEN,
                        NOW.plus(Duration.ofDays(14))));
    }

    private void document(String key, String json) {
        artefacts.put(key, json.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    private static String row(long line, String side) {
        Row.Chat chat = new Row.Chat(List.of(
                new Row.Message("user", "question " + line, false),
                new Row.Message("assistant", "answer " + line, true)));
        return Json.writeLine(CanonicalRow.of(line, chat).in(side)) + "\n";
    }

    Step.Ordered submit() {
        return new SubmitToProviderHandler(services, CLOCK, 30).handle(new Step.Order(files.runId(), WALL));
    }

    void follow(String token, Instant now) {
        new FollowProviderHandler(services, Clock.fixed(now, ZoneOffset.UTC))
                .handle(new Step.Approval(files.runId(), token));
    }

    Step.Gate collect() {
        return new CollectFromProviderHandler(services, Clock.offset(CLOCK, Duration.ofMinutes(10)))
                .handle(new Step.Run(files.runId()));
    }

    @Override
    public void close() {
        System.clearProperty(ADDRESS);
        ways.forEach(ServiceHttp::close);
        service.close();
    }

    /// A managed model needs none of it.
    static final class NoEndpoints implements Endpoints {
        @Override
        public Progress ensureEndpoint(String endpoint, String base, String baseUri) {
            throw new AssertionError("no endpoint is needed");
        }

        @Override
        public Progress ensureAdapter(String endpoint, String base, String component, String adapterUri) {
            throw new AssertionError("no component is needed");
        }

        @Override
        public String ask(String endpoint, String component, List<Map<String, String>> messages, int maxTokens) {
            throw new AssertionError("nothing is asked");
        }

        @Override
        public String baseComponent(String endpoint) {
            throw new AssertionError("there is no base");
        }

        @Override
        public void remove(String component) {
            throw new AssertionError("there is no component " + component);
        }
    }
}
