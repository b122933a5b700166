package dev.tunedrop.local.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.openai.FakeOpenAi;
import dev.tunedrop.functions.provider.openai.RequestSchema;
import dev.tunedrop.local.CloudOptions;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.Names;
import dev.tunedrop.local.console.CloudRunViews;
import dev.tunedrop.local.console.FigureLog;
import dev.tunedrop.local.console.aws.SfnHistories;
import dev.tunedrop.local.finetuning.aws.SdkCloudDoor;

/// The client that OpenAI publishes, unmodified, against the local cloud and against the service that stands in for
/// OpenAI in the tests of our own client.
class OpenAiPackageTest {

    private static final Path ROOT = Path.of(System.getProperty("tunedrop.root"));

    @TempDir
    Path folder;

    @TempDir
    Path node;

    @Test
    void theOfficialClientUploadsOrdersFollowsTheEventsToTheEndAndChatsWithTheResult() throws Exception {
        NodeClient client = NodeClient.install(node);
        try (LocalCloud local = LocalCloud.start(CloudOptions.standard(folder, ROOT.resolve("models")));
                SfnHistories histories = SfnHistories.connect(Names.STATE_MACHINE);
                SdkCloudDoor door = new SdkCloudDoor(local.addresses())) {
            Cloud cloud = Wiring.cloud();
            Receiver receiver = new Receiver(0);
            FineTuningApi.Options options =
                    new FineTuningApi.Options("127.0.0.1", 0, "sk-ours", receiver.address(), Receiver.SECRET);
            try (receiver;
                    FineTuningApi api = FineTuningApi.start(
                            folder.resolve("finetuning"),
                            cloud,
                            new CloudRunViews(
                                    cloud.ledger(),
                                    cloud.artefacts(),
                                    histories,
                                    new FigureLog(Path.of("no-figures.jsonl"))),
                            door,
                            options,
                            Clock.systemUTC())) {
                JsonNode told = client.run(
                        "fine-tune.mjs",
                        api.address().toString(),
                        "sk-ours",
                        ROOT.resolve("samples/support-triage.jsonl").toString(),
                        """
                        {"model":"tunedrop-tiny","suffix":"triage","seed":3,
                         "method":{"type":"supervised",
                           "supervised":{"hyperparameters":{"n_epochs":1,"learning_rate_multiplier":15}}},
                         "metadata":{"tunedrop_settings":"{\\"maxSteps\\":8,\\"maxTokens\\":128}"}}""");
                trained(told);
                assertThat(cloud.ledger().newest(10)).hasSize(1);

                Receiver.Delivery delivery = receiver.next();
                JsonNode taken =
                        client.run("webhook.mjs", Receiver.SECRET, Json.writeLine(delivery.headers()), delivery.body());
                assertThat(taken.path("type").asText()).isEqualTo("fine_tuning.job.succeeded");
                assertThat(taken.path("forged").asText()).isEqualTo("InvalidWebhookSignatureError");
            }
        }
    }

    private static void trained(JsonNode told) {
        assertThat(told.at("/created/object").asText()).isEqualTo("fine_tuning.job");
        assertThat(told.at("/job/status").asText())
                .as("%s", told.at("/job/error"))
                .isEqualTo("succeeded");
        assertThat(told.at("/job/trained_tokens").asLong()).isPositive();
        assertThat(told.path("events"))
                .extracting(event -> event.path("message").asText())
                .anyMatch(message -> message.startsWith("Created fine-tuning job"))
                .anyMatch(message -> message.startsWith("Step 8/8: training loss="))
                .contains("The job has successfully completed");
        String model = told.at("/job/fine_tuned_model").asText();
        assertThat(model).startsWith("ft:tunedrop-tiny:tunedrop:triage:");
        assertThat(told.path("models")).extracting(JsonNode::asText).contains("tunedrop-tiny", model);
        assertThat(told.at("/checkpoints/0/step_number").asInt()).isEqualTo(8);
        assertThat(told.path("model").asText()).isEqualTo(model);
        assertThat(told.path("answer").asText())
                .isNotEmpty()
                .isEqualTo(told.path("streamed").asText());
        assertThat(told.path("pieces").asInt()).as("told word by word").isGreaterThan(1);
        assertThat(told.path("results").asText()).hasLineCount(9);
        assertThat(told.at("/refusal/kind").asText()).isEqualTo("NotFoundError");
        assertThat(told.at("/refusal/code").asText()).isEqualTo("model_not_found");
        assertThat(told.at("/refusal/param").asText()).isEqualTo("model");
    }

    @Test
    void theServiceThatStandsInForOpenAiServesTheOfficialClientToo() throws Exception {
        NodeClient client = NodeClient.install(node);
        FakeOpenAi fake = new FakeOpenAi(RequestSchema.published());
        try (FaultyService service = new FaultyService(fake)) {
            Path rows = Files.writeString(folder.resolve("rows.jsonl"), "{\"messages\":[]}\n", StandardCharsets.UTF_8);
            JsonNode told = client.run(
                    "order.mjs", service.address() + "v1", FakeOpenAi.KEY, rows.toString(), "gpt-4.1-mini-2025-04-14");
            assertThat(fake.complaints()).isEmpty();
            assertThat(fake.lastFile()).isEqualTo("{\"messages\":[]}\n");
            assertThat(told.path("found"))
                    .extracting(JsonNode::asText)
                    .containsExactly(fake.jobIds().getFirst());
            assertThat(told.path("status").asText()).isEqualTo("cancelled");
        }
    }
}
