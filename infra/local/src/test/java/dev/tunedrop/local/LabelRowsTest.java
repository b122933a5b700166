package dev.tunedrop.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.local.states.Execution;

/// Rows of text and label from the drop to an endpoint that tells labels, with the shipped workflow and functions.
class LabelRowsTest {

    private static final List<String> KINGS = List.of("king", "sword", "crown", "blood", "lord");
    private static final List<String> SUMS = List.of("dollars", "hours", "twice", "minus", "each");
    private static final List<String> ANY = List.of("the", "of", "and", "in", "with", "my", "his", "on", "to", "by");
    private static final String SETTINGS = """
            {"base": "synthetic-tiny-bert", "method": "lora", "compute": "fp32", "epochs": 20, "validationShare": 0.2, "maxTokens": 64,
             "packing": false, "batchSize": 8, "gradientAccumulation": 1, "learningRate": 0.001}
            """;

    /// A base that writes, the one that settings name by default.
    private static final String WRITES = "tunedrop-tiny";

    @TempDir
    Path home;

    /// On any port: connections to the cloud of an earlier test must not be taken for this one's.
    private LocalCloud start(Path models) throws Exception {
        CloudOptions up = CloudOptions.standard(home, models);
        return LocalCloud.start(new CloudOptions(
                home, models, 0, up.workflow(), up.jobMain(), up.endpointMain(), up.endpointArguments(), 1));
    }

    private static Path models(Path folder) throws Exception {
        Path bert = Path.of(System.getProperty("tunedrop.shared", ""), "data", "models", "synthetic-tiny-bert");
        assumeThat(bert).as("shared data is absent: %s", bert).isDirectory();
        for (Path model : List.of(bert, Path.of(System.getProperty("tunedrop.root"), "models", WRITES))) {
            Path copy = Files.createDirectories(folder.resolve("models").resolve(String.valueOf(model.getFileName())));
            try (Stream<Path> files = Files.list(model)) {
                for (Path file : files.filter(Files::isRegularFile).toList())
                    Files.copy(file, copy.resolve(String.valueOf(file.getFileName())));
            }
        }
        return folder.resolve("models");
    }

    /// Texts that say what they are about by two words among others.
    private static String rows(int count) {
        Random random = new Random(1);
        StringBuilder lines = new StringBuilder();
        for (int row = 0; row < count; row++) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < 8; i++) words.add(ANY.get(random.nextInt(ANY.size())));
            List<String> telling = row % 2 == 0 ? KINGS : SUMS;
            for (int i = 0; i < 2; i++) words.set(random.nextInt(8), telling.get(random.nextInt(telling.size())));
            lines.append("{\"text\": \"%s\", \"label\": \"%s\"}%n"
                    .formatted(String.join(" ", words), row % 2 == 0 ? "king" : "sum"));
        }
        return lines.toString();
    }

    private static Execution ended(LocalCloud cloud, int of) throws InterruptedException {
        while (true) {
            List<Execution> all = cloud.states().executions(Names.STATE_MACHINE);
            if (all.size() == of && all.stream().noneMatch(each -> each.status() == Execution.Status.RUNNING))
                return all.getFirst();
            Thread.sleep(50);
        }
    }

    private static <T> T document(S3Client s3, String key, Class<T> type) {
        String text =
                s3.getObjectAsBytes(b -> b.bucket(Names.ARTEFACTS).key(key)).asUtf8String();
        return Json.read(text, type, key);
    }

    /// What a run's report says first of all.
    private static String refusal(S3Client s3, Execution run) {
        return document(s3, new RunFiles(run.name()).report(), JsonNode.class)
                .at("/findings/0/message")
                .asText();
    }

    private static void drop(S3Client s3, String key, String content) {
        s3.putObject(b -> b.bucket(Names.DROPS).key(key), RequestBody.fromString(content));
    }

    @Test
    void rowsOfTextAndLabelBecomeAnEndpointThatTellsLabels() throws Exception {
        try (LocalCloud cloud = start(models(home));
                S3Client s3 = ToyCloud.s3(cloud.addresses());
                SageMakerRuntimeClient runtime = ToyCloud.client(
                                SageMakerRuntimeClient.builder(),
                                cloud.addresses(),
                                cloud.addresses().api())
                        .build()) {
            drop(s3, "topics/tune.json", SETTINGS);
            drop(
                    s3,
                    "topics/chat.jsonl",
                    "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"},"
                            + " {\"role\": \"assistant\", \"content\": \"b\"}]}\n");
            assertThat(refusal(s3, ended(cloud, 1))).contains("is an encoder");
            drop(s3, "written/rows.jsonl", rows(20));
            assertThat(refusal(s3, ended(cloud, 2))).contains("no place for labels");

            drop(s3, "topics/rows.jsonl", rows(120));
            Execution run = ended(cloud, 3);
            assertThat(run.status()).as(String.valueOf(run.end())).isEqualTo(Execution.Status.SUCCEEDED);
            RunFiles files = new RunFiles(run.name());

            Quote quote = document(s3, files.quote(), Quote.class);
            assertThat(quote.routes())
                    .filteredOn(route -> route.provider().equals("batch"))
                    .as("only encoders are offered for rows that have labels and no answers")
                    .isNotEmpty()
                    .allSatisfy(
                            route -> assertThat(String.valueOf(route.terms())).containsIgnoringCase("bert"));
            HeldOutLosses heldOut = document(s3, files.heldOut(), HeldOutLosses.class);
            assertThat(heldOut.tokens()).isGreaterThanOrEqualTo(20);
            assertThat(heldOut.accuracy()).isNotNull().satisfies(accuracy -> {
                assertThat(accuracy.labels()).isEqualTo(2);
                assertThat(accuracy.share()).isGreaterThan(0.8);
                assertThat(accuracy.macroF1()).isGreaterThan(0.8);
            });
            Publication publication = document(s3, files.publication(), Publication.class);
            assertThat(publication.samples()).hasSize(3).allSatisfy(sample -> {
                assertThat(sample.base()).isNull();
                assertThat(sample.adapter()).isIn("king", "sum");
            });

            JsonNode told = Json.tree(
                    runtime.invokeEndpoint(b -> b.endpointName(publication.endpoint())
                                    .inferenceComponentName(publication.component())
                                    .contentType("application/json")
                                    .body(SdkBytes.fromUtf8String("{\"text\": \"the crown of my lord\"}")))
                            .body()
                            .asByteArray(),
                    "the endpoint's answer");
            assertThat(told.path("label").asText()).isEqualTo("king");
            assertThat(told.at("/scores/0/label").asText()).isEqualTo("king");
            assertThat(told.at("/scores/0/score").asDouble()).isGreaterThan(0.5);
            assertThat(told.path("scores")).hasSize(2);
        }
    }
}
