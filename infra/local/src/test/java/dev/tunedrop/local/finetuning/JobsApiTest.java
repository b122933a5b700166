package dev.tunedrop.local.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.local.console.ExampleRuns;

/// Jobs from their order to their end, in front of a cloud in memory.
class JobsApiTest extends ApiTest {

    @Test
    void aJobIsADropWithTheSettingsThatTheOrderMeans() {
        String file = api.upload(ROW);
        ApiHere.Answer made = api.post("fine_tuning/jobs", order(file, """
                        ,"seed":9,"suffix":"My Model","metadata":{"team":"x","tunedrop_settings":"{\\"rank\\":8}"},
                        "method":{"type":"dpo","dpo":{"hyperparameters":
                          {"n_epochs":2,"batch_size":"auto","learning_rate_multiplier":3,"beta":0.5}}}"""));
        assertThat(made.status()).as("%s", made.body()).isEqualTo(200);
        shaped("FineTuningJob", made.body());
        assertThat(made.body().path("status").asText()).isEqualTo("validating_files");
        RunSettings settings = settings(made.id());
        RunSettings defaults = SettingsFile.defaults();
        assertThat(settings.base()).isEqualTo("tunedrop-tiny");
        assertThat(settings.epochs()).isEqualTo(2);
        assertThat(settings.batchSize()).isEqualTo(defaults.batchSize());
        assertThat(settings.learningRate()).isEqualTo(0.0006);
        assertThat(settings.objective()).isEqualTo(RunSettings.Objective.DPO);
        assertThat(settings.dpo().beta()).isEqualTo(0.5);
        assertThat(settings.seed()).isEqualTo(9);
        assertThat(settings.rank()).isEqualTo(8);
        assertThat(settings.endpoint()).isEqualTo(made.id());
        assertThat(api.drops.find(made.id() + "/training.jsonl")).hasValue(ROW.getBytes(StandardCharsets.UTF_8));
        assertThat(made.body().at("/method/dpo/hyperparameters/batch_size").asInt())
                .isEqualTo(defaults.batchSize());
        assertThat(made.body().at("/method/dpo/hyperparameters/beta").asDouble())
                .isEqualTo(0.5);
    }

    /// The last line of the file to train on lacks its end.
    @Test
    void aValidationFilesRowsFollowTheOthersAndAreTheOnesHeldOut() {
        String training = api.upload("{\"a\":1}\n{\"a\":2}");
        String validation = api.upload("{\"b\":1}\n{\"b\":2}\n");
        ApiHere.Answer made =
                api.post("fine_tuning/jobs", order(training, ",\"validation_file\":\"" + validation + "\""));
        shaped("FineTuningJob", made.body());
        assertThat(made.body().path("validation_file").asText()).isEqualTo(validation);
        assertThat(api.drops.find(made.id() + "/training.jsonl"))
                .hasValue("{\"a\":1}\n{\"a\":2}\n{\"b\":1}\n{\"b\":2}\n".getBytes(StandardCharsets.UTF_8));
        assertThat(settings(made.id()).validationFrom()).isEqualTo(3);
        assertThat(settings(job()).validationFrom()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model                                       | {\"training_file\":\"F\"}",
                "training_file                               | {\"model\":\"tunedrop-tiny\"}",
                "model                                       | {\"model\":\"gpt-4o\",\"training_file\":\"F\"}",
                "training_file                               | {\"model\":\"tunedrop-tiny\",\"training_file\":\"file-x\"}",
                "sufix                                       | +\"sufix\":\"x\"",
                "validation_file                             | +\"validation_file\":\"file-x\"",
                "metadata.tunedrop_settings                  | +\"validation_file\":\"F\",\"metadata\":{\"tunedrop_settings\":\"{\\\"validationFrom\\\":9}\"}",
                "integrations                                | +\"integrations\":[{\"type\":\"wandb\"}]",
                "method.type                                 | +\"method\":{\"type\":\"reinforcement\"}",
                "method.type                                 | +\"method\":{\"type\":\"rlhf\"}",
                "method.supervised.hyperparameters.n_epochs  | +\"method\":{\"type\":\"supervised\",\"supervised\":{\"hyperparameters\":{\"n_epochs\":51}}}",
                "method.supervised.hyperparameters.beta      | +\"method\":{\"type\":\"supervised\",\"supervised\":{\"hyperparameters\":{\"beta\":1}}}",
                "hyperparameters.batch_size                  | +\"hyperparameters\":{\"batch_size\":0}",
                "hyperparameters.learning_rate_multiplier    | +\"hyperparameters\":{\"learning_rate_multiplier\":\"fast\"}",
                "hyperparameters                             | +\"hyperparameters\":{},\"method\":{\"type\":\"dpo\",\"dpo\":{\"hyperparameters\":{}}}",
                "seed                                        | +\"seed\":1.5",
                "suffix                                      | +\"suffix\":\"\"",
                "metadata                                    | +\"metadata\":{\"a\":1}",
                "metadata.tunedrop_settings                  | +\"metadata\":{\"tunedrop_settings\":\"nothing\"}",
                "metadata.tunedrop_settings                  | +\"metadata\":{\"tunedrop_settings\":\"{\\\"base\\\":\\\"x\\\"}\"}",
            })
    void anOrderThatCannotBeHeededIsRefusedByTheFieldAtFault(String param, String body) {
        String file = api.upload(ROW);
        String order =
                body.startsWith("+") ? order(file, "," + body.substring(1)) : body.replace("\"F\"", '"' + file + '"');
        ApiHere.Answer refused = api.post("fine_tuning/jobs", order);
        assertThat(refused.status()).as(body).isIn(400, 404);
        shaped("ErrorResponse", refused.body());
        assertThat(refused.error().path("param").asText()).isEqualTo(param);
        assertThat(refused.error().path("message").asText()).endsWith(".");
        assertThat(api.get("fine_tuning/jobs").body().path("data")).isEmpty();
    }

    @Test
    void aMisspeltSettingIsRefusedWithTheOneThatIsMeant() {
        String settings = ",\"metadata\":{\"tunedrop_settings\":\"{\\\"rnk\\\":8}\"}";
        ApiHere.Answer refused = api.post("fine_tuning/jobs", order(api.upload(ROW), settings));
        assertThat(refused.status()).isEqualTo(400);
        shaped("ErrorResponse", refused.body());
        assertThat(refused.error().path("param").asText()).isEqualTo("metadata.tunedrop_settings");
        assertThat(refused.error().path("message").asText())
                .isEqualTo("the settings: unknown setting \"rnk\"; did you mean \"rank\"?");
        assertThat(api.get("fine_tuning/jobs").body().path("data")).isEmpty();
    }

    @Test
    void twentyOrdersAtOnceWithOneKeyAreOneJobAndAnotherOrderWithItIsRefused() throws Exception {
        String file = api.upload(ROW);
        TreeSet<String> ids = new TreeSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ApiHere.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++)
                answers.add(
                        threads.submit(() -> api.post("fine_tuning/jobs", order(file, ""), "Idempotency-Key", "one")));
            for (Future<ApiHere.Answer> answer : answers) ids.add(answer.get().id());
        }
        assertThat(ids).hasSize(1);
        assertThat(api.get("fine_tuning/jobs").body().path("data")).hasSize(1);
        assertThat(api.drops.list("")).hasSize(2);
        ApiHere.Answer other = api.post("fine_tuning/jobs", order(file, ",\"seed\":1"), "Idempotency-Key", "one");
        assertThat(other.error().path("code").asText()).isEqualTo("idempotency_key_reused");
        assertThat(job()).as("no key: another job").isNotIn(ids);
    }

    @Test
    void aRunThatWasPublishedIsAJobThatSucceededWithEventsCheckpointAndResults() {
        String id = job();
        api.run = ExampleRuns.PUBLISHED;
        JsonNode job = api.get("fine_tuning/jobs/" + id).body();
        shaped("FineTuningJob", job);
        assertThat(job.path("status").asText()).isEqualTo("succeeded");
        String model = job.path("fine_tuned_model").asText();
        assertThat(model).startsWith("ft:tunedrop-tiny:tunedrop::");
        assertThat(job.path("trained_tokens").asLong()).isPositive();
        assertThat(new String(
                        api.bytes("files/" + job.path("result_files").path(0).asText() + "/content"),
                        StandardCharsets.UTF_8))
                .startsWith("step,train_loss,valid_loss\n1,")
                .hasLineCount(121);

        JsonNode checkpoints =
                api.get("fine_tuning/jobs/" + id + "/checkpoints").body();
        shaped("ListFineTuningJobCheckpointsResponse", checkpoints);
        assertThat(checkpoints.at("/data/0/fine_tuned_model_checkpoint").asText())
                .isEqualTo(model);

        List<JsonNode> events = new ArrayList<>();
        String after = "";
        for (boolean more = true; more; ) {
            JsonNode page = api.get("fine_tuning/jobs/" + id + "/events?limit=50" + after)
                    .body();
            shaped("ListFineTuningJobEventsResponse", page.deepCopy());
            page.path("data").forEach(events::add);
            after = "&after=" + events.getLast().path("id").asText();
            more = page.path("has_more").asBoolean();
        }
        assertThat(events).extracting(event -> event.path("id").asText()).doesNotHaveDuplicates();
        assertThat(events)
                .extracting(event -> event.path("created_at").asLong())
                .isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(events.getFirst().path("message").asText()).isEqualTo("The job has successfully completed");
        assertThat(events.getLast().path("message").asText()).startsWith("Created fine-tuning job");
        assertThat(events.stream().filter(e -> e.path("type").asText().equals("metrics")))
                .hasSize(120);
        assertThat(api.get("models/" + model).body().path("id").asText()).isEqualTo(model);
        shaped("Model", api.get("models/" + model).body());
        shaped("ListModelsResponse", api.get("models").body());
        shaped("DeleteModelResponse", api.delete("models/" + model).body());
        assertThat(api.get("models/" + model).error().path("code").asText()).isEqualTo("model_not_found");
        assertThat(api.delete("models/tunedrop-tiny").status()).isEqualTo(403);
    }

    @Test
    void aRunWhoseFileWasRefusedIsAJobThatFailedForItsFirstFinding() {
        String id = job();
        api.run = ExampleRuns.REJECTED;
        JsonNode job = api.get("fine_tuning/jobs/" + id).body();
        shaped("FineTuningJob", job);
        assertThat(job.path("status").asText()).isEqualTo("failed");
        assertThat(job.at("/error/param").asText()).isEqualTo("training_file");
        assertThat(job.at("/error/code").asText()).matches("[a-z-]+");
        assertThat(job.at("/error/message").asText()).startsWith("Line ");
        JsonNode events = api.get("fine_tuning/jobs/" + id + "/events").body();
        assertThat(events.at("/data/0/level").asText()).isEqualTo("error");
        assertThat(events.at("/data/0/message").asText())
                .contains(job.at("/error/message").asText());
    }

    @Test
    void aRunThatTrainsSaysWhenItWillBeDoneAndCanBePausedResumedAndCancelled() {
        String id = job();
        String path = "fine_tuning/jobs/" + id;
        api.run = ExampleRuns.TRAINING;
        JsonNode job = api.get(path).body();
        assertThat(job.path("status").asText()).isEqualTo("running");
        assertThat(job.path("estimated_finish").asLong())
                .isGreaterThan(job.path("created_at").asLong());
        assertThat(api.post(path + "/pause", "").body().path("status").asText()).isEqualTo("paused");
        assertThat(api.post(path + "/resume", "").body().path("status").asText())
                .isEqualTo("running");
        JsonNode cancelled = api.post(path + "/cancel", "").body();
        shaped("FineTuningJob", cancelled);
        assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
        assertThat(api.door.asked).startsWith("hold").contains("release");
        assertThat(api.post(path + "/pause", "").error().path("code").asText()).isEqualTo("invalid_job_state");
        assertThat(api.post(path + "/cancel", "").status()).isEqualTo(400);
    }

    @Test
    void jobsAreFoundByTheirMetadataAndPageByPage() {
        String file = api.upload(ROW);
        for (String team : List.of("a", "b", "a"))
            api.post("fine_tuning/jobs", order(file, ",\"metadata\":{\"team\":\"" + team + "\"}"));
        JsonNode found = api.get("fine_tuning/jobs?metadata%5Bteam%5D=a").body();
        shaped("ListPaginatedFineTuningJobsResponse", found.deepCopy());
        assertThat(found.path("data")).hasSize(2);
        JsonNode first = api.get("fine_tuning/jobs?limit=2").body();
        assertThat(first.path("has_more").asBoolean()).isTrue();
        JsonNode rest = api.get("fine_tuning/jobs?limit=2&after="
                        + first.at("/data/1/id").asText())
                .body();
        assertThat(rest.path("data")).hasSize(1);
        assertThat(rest.path("has_more").asBoolean()).isFalse();
        assertThat(api.get("fine_tuning/jobs?limit=0").error().path("param").asText())
                .isEqualTo("limit");
    }
}
