package dev.tunedrop.local.lambda.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipFile;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.lambda.FunctionError;
import dev.tunedrop.local.lambda.FunctionHost;
import dev.tunedrop.local.lambda.FunctionSpec;

/// The package that is deployed, in Lambda's own runtime interface client. Nothing answers at the addresses that the
/// functions are told of.
class RuntimesTest {

    private static final FunctionSpec INTAKE =
            new FunctionSpec("Intake", "dev.tunedrop.functions.intake.IntakeHandler", Duration.ofSeconds(60), 512);

    private static final String DROPPED = """
            {"Records":[{"messageId":"m1","body":"{\\"detail-type\\":\\"Object Created\\",\\"source\\":\\"aws.s3\\",\\"detail\\":{\\"bucket\\":{\\"name\\":\\"d\\"},\\"object\\":{\\"key\\":\\"support/a.jsonl\\",\\"size\\":9,\\"version-id\\":\\"v\\",\\"etag\\":\\"e\\",\\"sequencer\\":\\"1\\"}}}"}]}
            """;

    private static final long MOST_BYTES = 60_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static FunctionHost host;

    @BeforeAll
    static void start() {
        host = new FunctionHost(
                Map.of("Intake", INTAKE),
                2,
                new Runtimes(FunctionsPackage.zip(), folder, environment("http://127.0.0.1:9")));
    }

    private static Map<String, String> environment(String endpoint) {
        return Map.ofEntries(
                Map.entry("TUNEDROP_DROPS", "d"),
                Map.entry("TUNEDROP_ARTEFACTS", "a"),
                Map.entry("TUNEDROP_BASES", "b"),
                Map.entry("TUNEDROP_LEDGER", "l"),
                Map.entry("TUNEDROP_BUS", "u"),
                Map.entry("TUNEDROP_STATE_MACHINE", "arn:aws:states:us-east-1:000000000000:stateMachine:x"),
                Map.entry("AWS_REGION", "us-east-1"),
                Map.entry("AWS_ACCESS_KEY_ID", "x"),
                Map.entry("AWS_SECRET_ACCESS_KEY", "y"),
                Map.entry("AWS_MAX_ATTEMPTS", "1"),
                Map.entry("AWS_ENDPOINT_URL", endpoint));
    }

    @AfterAll
    static void stop() {
        if (host != null) host.close();
    }

    private static byte[] invoke(String event) throws FunctionError, InterruptedException {
        return host.invoke(INTAKE, event.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFunctionOfTheDeployedPackageAnswersAgainAndAgain() throws Exception {
        for (int i = 0; i < 3; i++)
            assertThat(new String(invoke("{\"Records\":[]}"), StandardCharsets.UTF_8))
                    .isEqualTo("{\"batchItemFailures\":[]}");
    }

    @Test
    void whatAFunctionThrowsIsToldUnderItsClassAndTheFunctionGoesOn() throws Exception {
        assertThatThrownBy(() -> invoke("{\"Recordz\":[]}")).isInstanceOfSatisfying(FunctionError.class, error -> {
            assertThat(error.errorType()).isEqualTo("dev.tunedrop.events.json.InvalidDocument");
            assertThat(error.getMessage()).contains("IntakeHandler's input");
        });
        assertThat(invoke("{\"Records\":[]}")).isNotEmpty();
    }

    @Test
    void aMessageThatCannotBeTakenInIsNamedAndTheLogSaysOfWhichRunInJson() throws Exception {
        assertThat(new String(invoke(DROPPED), StandardCharsets.UTF_8)).contains("m1");
        List<JsonNode> lines = json(Files.readAllLines(folder.resolve("logs/Intake.log")));
        assertThat(lines)
                .filteredOn(line -> line.path("level").asText().equals("WARN"))
                .isNotEmpty()
                .allSatisfy(
                        line -> assertThat(line.at("/mdc/requestId").asText()).isNotEmpty());
        assertThat(lines.toString()).contains("support-a-");
    }

    private static List<JsonNode> json(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("{"))
                .map(line -> Json.read(line, JsonNode.class, "log"))
                .toList();
    }

    /// X-Ray draws one line from the message to the execution only if every call names the trace of its event.
    @Test
    void everyCallOfAFunctionCarriesTheTraceOfItsEvent() throws Exception {
        List<String> traces = new CopyOnWriteArrayList<>();
        Set<String> seen = new HashSet<>();
        HttpServer aws = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        aws.createContext("/", exchange -> {
            traces.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Amzn-Trace-Id")));
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
        });
        aws.start();
        Map<String, String> environment =
                environment("http://127.0.0.1:" + aws.getAddress().getPort());
        try (FunctionHost traced = new FunctionHost(
                Map.of("Intake", INTAKE), 1, new Runtimes(FunctionsPackage.zip(), folder, environment))) {
            for (int event = 1; event <= 2; event++) {
                traces.clear();
                traced.invoke(INTAKE, DROPPED.getBytes(StandardCharsets.UTF_8));
                assertThat(traces)
                        .isNotEmpty()
                        .allMatch(trace ->
                                trace.matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1"));
                assertThat(Set.copyOf(traces)).hasSize(1);
                assertThat(seen.add(traces.getFirst())).isTrue();
            }
        } finally {
            aws.stop(0);
        }
    }

    @Test
    void aFunctionThatCannotStartSaysWhy() {
        Runtimes runtimes = new Runtimes(FunctionsPackage.zip(), folder, Map.of("AWS_REGION", "us-east-1"));
        assertThatThrownBy(() -> runtimes.open(INTAKE))
                .isInstanceOfSatisfying(
                        FunctionError.class,
                        error -> assertThat(error.getMessage()).contains("TUNEDROP_LEDGER"));
    }

    @Test
    void thePackageIsWithinItsSizeAndHoldsNothingForOtherSystems() throws IOException {
        assertThat(Files.size(FunctionsPackage.zip())).isLessThan(MOST_BYTES);
        Path trimmed = Files.createTempFile("trimmed", ".jar");
        try (ZipFile zip = new ZipFile(FunctionsPackage.zip().toFile())) {
            Files.copy(
                    zip.getInputStream(zip.getEntry("lib/trimmed-libraries.jar")),
                    trimmed,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            List<String> names = zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(entry -> entry.getName())
                    .toList();
            assertThat(names)
                    .contains("logback.xml", "lib/trimmed-libraries.jar")
                    .allSatisfy(name -> assertThat(name).matches("lib/.*\\.jar|logback\\.xml"));
        }
        try (ZipFile jar = new ZipFile(trimmed.toFile())) {
            List<String> natives = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.matches(".*\\.(so|dll|dylib|jnilib|a)"))
                    .toList();
            assertThat(natives)
                    .contains(
                            "native/lib/linux-x86_64/cpu/libtokenizers.so",
                            "native/lib/linux-aarch64/cpu/libtokenizers.so")
                    .allMatch(name -> name.contains("linux-"));
        } finally {
            Files.delete(trimmed);
        }
    }
}
