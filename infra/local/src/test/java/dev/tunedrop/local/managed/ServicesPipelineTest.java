package dev.tunedrop.local.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.ManagedResult;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.aws.FakeBedrock;
import dev.tunedrop.functions.provider.aws.FakeSageMaker;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.Fault;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.fireworks.FakeFireworks;
import dev.tunedrop.functions.provider.openai.FakeOpenAi;
import dev.tunedrop.functions.provider.openai.RequestSchema;
import dev.tunedrop.functions.provider.vertex.FakeGoogle;
import dev.tunedrop.functions.publish.Names;
import dev.tunedrop.functions.quote.CatalogueFiles;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.ManagedCloud;

/// Drops that services train which do not speak OpenAI's protocol, on the local cloud with the shipped workflow and
/// functions: one that ends well, and one that its service refuses for good and that another then trains.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServicesPipelineTest {

    private static final Path ROOT = Path.of(System.getProperty("tunedrop.root"));
    /// Dollars for a million tokens; what takes the refused drops costs the least.
    private static final String USD = "20.0";

    private static final Service REFUGE = new Service(
            "openai", "gpt-4.1-mini-2025-04-14", "openai-sft", false, "1.0", new FakeOpenAi(RequestSchema.published()));
    private static final List<Service> SERVICES = List.of(
            new Service("bedrock", "amazon.nova-micro-v1:0:128k", "bedrock-nova", true, USD, new FakeBedrock()),
            new Service("sagemaker", "llama-3.1-8b", "sagemaker-serverless", true, USD, new FakeSageMaker()),
            new Service(
                    "fireworks",
                    "accounts/fireworks/models/llama-v3p1-8b-instruct",
                    "fireworks",
                    false,
                    USD,
                    new FakeFireworks()),
            new Service("vertex", "gemini-3.5-flash", "vertex-gemini", false, USD, new FakeGoogle(Clock.systemUTC())));

    private final Map<Service, FaultyService> addresses =
            services().collect(Collectors.toMap(service -> service, service -> new FaultyService(service.fake())));
    private final Map<Service, String> jobs = new LinkedHashMap<>();
    private final Set<String> properties = new HashSet<>();
    private @Nullable LocalCloud local;

    /// @param usd training price for a million tokens
    record Service(String id, String model, String target, boolean insideAccount, String usd, FakeService fake) {

        String route() {
            return id + "/" + model;
        }

        String row() {
            return """
                    {"provider":"%s","model":"%s","title":"%s","target":"%s","methods":["sft"],"insideAccount":%s,
                     "regions":[],"licence":"its terms","trainingUsdPerMillion":%s,"inputUsdPerMillion":1,
                     "outputUsdPerMillion":1,"risks":[],"absent":{},"source":"the test","asOf":"2026-11-21"}""".formatted(id, model, id, target, insideAccount, usd);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    private static Stream<Service> services() {
        return Stream.concat(SERVICES.stream(), Stream.of(REFUGE));
    }

    static List<Service> tried() {
        return SERVICES;
    }

    @BeforeAll
    void everyServiceIsOnThisMachine(@TempDir Path home) throws Exception {
        set("TUNEDROP_PROVIDERS_HERE", "true");
        set("TUNEDROP_POLL_SECONDS", "1");
        addresses.forEach(
                (service, address) -> service.fake().settings(address.address()).forEach(this::set));
        for (Service service : addresses.keySet())
            for (Map.Entry<String, String> secret : service.fake().secrets().entrySet())
                secret(home, secret.getKey(), secret.getValue());
        local = LocalCloud.start(ManagedCloud.impatient(home, ROOT.resolve("models"), DearMachine.class.getName()));
        Wiring.cloud()
                .artefacts()
                .put(
                        CatalogueFiles.PREFIX + "managed.json",
                        ("{\"staleAfterDays\":90,\"rows\":["
                                        + services().map(Service::row).collect(Collectors.joining(",")) + "]}")
                                .getBytes(StandardCharsets.UTF_8),
                        "application/json");
        everythingIsDropped();
    }

    /// Side by side, because a drop waits more than it works: two for each service, the second once the service has
    /// the first one's job and takes no more.
    private void everythingIsDropped() throws Exception {
        for (Service service : SERVICES) drop(service, "taken");
        for (Service service : SERVICES) {
            jobs.put(service, newJob(service));
            Objects.requireNonNull(addresses.get(service))
                    .misbehaveForEver(service.fake().create(), Fault.FORBIDDEN_403);
            drop(service, "refused");
        }
        jobs.forEach((service, job) -> service.fake().succeed(job));
    }

    @AfterAll
    void close() {
        if (local != null) local.close();
        addresses.values().forEach(FaultyService::close);
        properties.forEach(System::clearProperty);
    }

    private void set(String name, String value) {
        properties.add(name);
        System.setProperty(name, value);
    }

    private static void secret(Path home, String name, String value) throws IOException {
        Path file = home.resolve("secrets").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @ParameterizedTest
    @MethodSource("tried")
    void aDropIsTrainedWhereItsSettingsSayAndElsewhereWhereItIsRefused(Service service) throws Exception {
        Cloud cloud = Wiring.cloud();
        String job = Objects.requireNonNull(jobs.get(service));
        RunRecord taken = published(service, "taken");
        RunFiles files = new RunFiles(taken.runId());
        ManagedResult result = cloud.artefacts().json(files.managedResult(), ManagedResult.class);
        assertThat(cloud.artefacts()
                        .json(files.publication(), Publication.class)
                        .component())
                .isEqualTo(service.id() + ":" + result.model());
        assertThat(cloud.ledger().alias(taken.dataset()).orElseThrow().base()).isEqualTo(service.route());
        settled(taken, result, service);
        asked(cloud.ledger().alias(taken.dataset()).orElseThrow().adapterUri(), service);

        RunRecord refused = published(service, "refused");
        assertThat(service.fake().jobIds()).as("one job for both drops").containsExactly(job);
        RunFiles elsewhere = new RunFiles(refused.runId());
        Decision decision = cloud.artefacts().json(elsewhere.decision(), Decision.class);
        assertThat(decision.chosen()).isEqualTo(REFUGE.route());
        assertThat(decision.notTaken())
                .anySatisfy(not -> assertThat(not)
                        .isEqualTo(new Decision.NotTaken(service.route(), not.reason()))
                        .extracting(Decision.NotTaken::reason)
                        .asString()
                        .contains("its provider refused this run: not-available"));
        settled(refused, cloud.artefacts().json(elsewhere.managedResult(), ManagedResult.class), REFUGE);
        assertThat(service.fake().complaints()).isEmpty();
        assertThat(REFUGE.fake().complaints()).isEmpty();
    }

    /// Those that answer without anything being bought do, the others say what is missing.
    private static void asked(String uri, Service service) {
        Provider provider = Wiring.services().providers().of(service.id());
        List<Map<String, String>> question = List.of(Map.of("role", "user", "content", "Where is my parcel?"));
        if (Set.of("bedrock", "vertex").contains(service.id()))
            assertThat(provider.ask(Names.askedAs(uri), question, 20)).isEqualTo(FakeService.ANSWER);
        else
            assertThatExceptionOfType(SaysNo.class)
                    .isThrownBy(() -> provider.ask(Names.askedAs(uri), question, 20))
                    .withMessageContaining("deploy");
    }

    /// By the tokens that the service billed, where it tells them; nothing stays reserved.
    private static void settled(RunRecord run, ManagedResult result, Service service) {
        Cloud cloud = Wiring.cloud();
        Settlement settlement = cloud.artefacts().json(new RunFiles(run.runId()).settlement(), Settlement.class);
        if (result.trainedTokens() == null)
            assertThat(settlement.actualUsd()).isPositive().isEqualByComparingTo(settlement.quotedUsd());
        else
            assertThat(settlement.actualUsd())
                    .as("%s, %s", result.trainedTokens(), settlement)
                    .isCloseTo(
                            new BigDecimal(service.usd())
                                    .multiply(BigDecimal.valueOf(FakeService.TOKENS))
                                    .movePointLeft(6),
                            org.assertj.core.data.Percentage.withPercentage(1));
        assertThat(cloud.budget().reserved(run.runId())).isZero();
    }

    private void drop(Service service, String kind) throws IOException {
        LocalCloud cloud = Objects.requireNonNull(local);
        String dataset = service.id() + "-" + kind;
        ManagedCloud.put(
                cloud,
                dataset + "/tune.json",
                ("{\"epochs\":1,\"privacy\":\"public\",\"route\":\"" + service.route() + "\"}")
                        .getBytes(StandardCharsets.UTF_8));
        ManagedCloud.put(
                cloud, dataset + "/tickets.jsonl", Files.readAllBytes(ROOT.resolve("samples/support-triage.jsonl")));
    }

    private static String newJob(Service service) throws InterruptedException {
        while (true) {
            if (!service.fake().jobIds().isEmpty())
                return service.fake().jobIds().getFirst();
            assertThat(service.fake().complaints()).isEmpty();
            for (RunRecord run : Wiring.cloud().ledger().newest(20))
                if (run.dataset().startsWith(service.id() + "-"))
                    assertThat(run.state()).as(run.reason()).isNotIn(RunState.FAILED, RunState.REJECTED);
            Thread.sleep(20);
        }
    }

    /// Whatever comes to the refuge meanwhile ends well.
    private static RunRecord published(Service service, String kind) throws InterruptedException {
        String dataset = service.id() + "-" + kind;
        while (true) {
            REFUGE.fake().jobIds().forEach(REFUGE.fake()::succeed);
            for (RunRecord run : Wiring.cloud().ledger().newest(20))
                if (run.dataset().equals(dataset) && run.state().terminal()) {
                    assertThat(run.state()).as(run.reason()).isEqualTo(RunState.PUBLISHED);
                    return run;
                }
            Thread.sleep(20);
        }
    }
}
