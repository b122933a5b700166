package dev.tunedrop.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.local.states.Execution;

/// The shipped workflow and the shipped functions on the local cloud, as far as no training is needed.
class PipelineTest {

    private static final Path ROOT = Path.of(System.getProperty("tunedrop.root"));

    @TempDir
    Path home;

    private static Execution ended(LocalCloud cloud) throws InterruptedException {
        while (true) {
            for (Execution execution : cloud.states().executions(Names.STATE_MACHINE))
                if (execution.status() != Execution.Status.RUNNING) return execution;
            Thread.sleep(50);
        }
    }

    @Test
    void theBrokenSampleEndsRejectedWithItsLinesAndADryRunWithItsQuote() throws Exception {
        try (LocalCloud cloud = LocalCloud.start(CloudOptions.standard(home, ROOT.resolve("models")));
                S3Client s3 = ToyCloud.s3(cloud.addresses())) {
            s3.putObject(
                    b -> b.bucket(Names.DROPS).key("triage/broken.jsonl"),
                    RequestBody.fromFile(ROOT.resolve("samples/support-triage-broken.jsonl")));
            Execution rejected = ended(cloud);
            assertThat(rejected.status()).isEqualTo(Execution.Status.FAILED);
            assertThat(String.valueOf(rejected.end())).contains("Tunedrop.DatasetRejected");
            JsonNode report = Json.read(
                    s3.getObjectAsBytes(b -> b.bucket(Names.ARTEFACTS).key(new RunFiles(rejected.name()).report()))
                            .asUtf8String(),
                    JsonNode.class,
                    "report");
            assertThat(report.path("verdict").asText()).isEqualTo("REJECTED");
            assertThat(report.path("findings"))
                    .isNotEmpty()
                    .allSatisfy(
                            finding -> assertThat(finding.path("line").asLong()).isPositive());

            s3.putObject(
                    b -> b.bucket(Names.DROPS).key("quote/triage/tickets.jsonl"),
                    RequestBody.fromFile(ROOT.resolve("samples/support-triage.jsonl")));
            while (cloud.states().executions(Names.STATE_MACHINE).size() < 2) Thread.sleep(50);
            Execution quoted = cloud.states().executions(Names.STATE_MACHINE).getFirst();
            while (quoted.status() == Execution.Status.RUNNING) Thread.sleep(50);
            assertThat(quoted.status()).as(String.valueOf(quoted.end())).isEqualTo(Execution.Status.SUCCEEDED);
            assertThat(String.valueOf(quoted.end())).contains("QUOTED");
            assertThat(cloud.batch().jobs()).isEmpty();
        }
    }
}
