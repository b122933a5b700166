package dev.tunedrop.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.provider.aws.FakeBedrock;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.quote.CatalogueFiles;
import dev.tunedrop.local.lambda.FunctionHost;
import dev.tunedrop.local.lambda.FunctionSpec;
import dev.tunedrop.local.lambda.runtime.FunctionsPackage;
import dev.tunedrop.local.lambda.runtime.Runtimes;
import dev.tunedrop.local.states.Execution;

/// The services that the package can order from, as it is deployed: its own classes and no others, under Lambda's
/// runtime client.
class PackagedServicesTest {

    private static final Path ROOT = Path.of(System.getProperty("tunedrop.root"));
    private static final Path TABLE = ROOT.resolve("docs/managed-services.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ((?:`[a-z-]+`(?:, )?)+) \\|");
    private static final String BEDROCK = "bedrock/amazon.nova-micro-v1:0:128k";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    /// The first cells of the page's table.
    private static List<String> services() throws IOException {
        return ROW.matcher(Files.readString(TABLE))
                .results()
                .map((MatchResult row) -> row.group(1))
                .flatMap(cell -> Stream.of(cell.split(", ", -1)))
                .map(name -> name.replace("`", ""))
                .toList();
    }

    private static String row(String service) {
        boolean bedrock = service.equals("bedrock");
        return """
                {"provider":"%s","model":"%s","title":"t","target":"%s","methods":["sft"],"insideAccount":true,
                 "regions":[],"licence":"its terms","trainingUsdPerMillion":1,"inputUsdPerMillion":1,
                 "outputUsdPerMillion":1,"risks":[],"absent":{},"source":"the test","asOf":"2026-11-21"}""".formatted(
                        service,
                        bedrock ? BEDROCK.substring("bedrock/".length()) : "m",
                        bedrock ? "bedrock-nova" : "openai-sft");
    }

    /// The run of a dry run, which has everything that an order is made of.
    private static String quoted(LocalCloud local, Cloud cloud) throws Exception {
        cloud.artefacts()
                .put(
                        CatalogueFiles.PREFIX + "managed.json",
                        ("{\"staleAfterDays\":90,\"rows\":["
                                        + services().stream()
                                                .map(PackagedServicesTest::row)
                                                .collect(Collectors.joining(","))
                                        + "]}")
                                .getBytes(StandardCharsets.UTF_8),
                        "application/json");
        ManagedCloud.put(
                local,
                "quote/order/tune.json",
                "{\"epochs\":1,\"privacy\":\"public\"}".getBytes(StandardCharsets.UTF_8));
        ManagedCloud.put(
                local, "quote/order/a.jsonl", Files.readAllBytes(ROOT.resolve("samples/support-triage.jsonl")));
        while (true) {
            for (Execution execution : local.states().executions(Names.STATE_MACHINE)) {
                if (execution.status() == Execution.Status.RUNNING) continue;
                assertThat(execution.status())
                        .as(String.valueOf(execution.end()))
                        .isEqualTo(Execution.Status.SUCCEEDED);
                return execution.name();
            }
            Thread.sleep(20);
        }
    }

    private static JsonNode invoke(FunctionHost host, String function, String event) throws Exception {
        FunctionSpec spec =
                Objects.requireNonNull(Workflow.shipped().functionSpecs().get(function), function);
        return Json.tree(host.invoke(spec, event.getBytes(StandardCharsets.UTF_8)), function);
    }

    private FunctionHost packaged(LocalCloud local, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(local.addresses().environment());
        environment.putAll(more);
        return new FunctionHost(
                Workflow.shipped().functionSpecs(),
                2,
                new Runtimes(FunctionsPackage.zip(), home.resolve("lambda"), environment));
    }

    @Test
    void thePackageHasAClientOfEveryServiceThatIsToldOfAndOrdersFromBedrockOnceItIsSetUp() throws Exception {
        FunctionsPackage.zip();
        assertThat(services()).hasSizeGreaterThan(8).contains("openai", "bedrock", "vertex");
        FakeBedrock bedrock = new FakeBedrock();
        try (LocalCloud local = LocalCloud.start(ManagedCloud.options(home, ROOT.resolve("models")));
                FaultyService address = new FaultyService(bedrock)) {
            Cloud cloud = Wiring.cloud();
            RunFiles files = new RunFiles(quoted(local, cloud));
            String run = "{\"runId\":\"%s\"}".formatted(files.runId());

            try (FunctionHost bare = packaged(local, Map.of())) {
                invoke(bare, "ChooseRoute", run);
            }
            Decision before = cloud.artefacts().json(files.decision(), Decision.class);
            for (String service : services())
                assertThat(before.notTaken())
                        .as(service)
                        .filteredOn(not -> not.route().startsWith(service + "/"))
                        .allSatisfy(not -> assertThat(not.reason()).doesNotContain("no client of it"))
                        .hasSize(before.chosen() != null && before.chosen().startsWith(service + "/") ? 0 : 1);
            assertThat(before.notTaken())
                    .filteredOn(not -> not.route().equals(BEDROCK))
                    .singleElement()
                    .satisfies(not -> assertThat(not.reason()).contains("TUNEDROP_BEDROCK_ROLE"));

            ObjectNode settings = cloud.artefacts().json(files.settings(), ObjectNode.class);
            cloud.artefacts().putJson(files.settings(), settings.put("route", BEDROCK));
            Map<String, String> told = new HashMap<>();
            bedrock.settings(address.address())
                    .forEach((name, value) ->
                            told.put(name.equals("aws.endpointUrlBedrock") ? "AWS_ENDPOINT_URL_BEDROCK" : name, value));
            try (FunctionHost ready = packaged(local, told)) {
                invoke(ready, "ChooseRoute", run);
                assertThat(cloud.artefacts()
                                .json(files.decision(), Decision.class)
                                .chosen())
                        .isEqualTo(BEDROCK);
                JsonNode ordered = invoke(
                        ready, "SubmitToProvider", "{\"runId\":\"%s\",\"wallSeconds\":3600}".formatted(files.runId()));
                assertThat(ordered.path("status").asText())
                        .as(ordered.toString())
                        .isEqualTo("ACCEPTED");
            }
            assertThat(bedrock.jobIds()).hasSize(1);
            assertThat(bedrock.complaints()).isEmpty();
        }
    }
}
