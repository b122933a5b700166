package dev.tunedrop.functions.provider.openai;

import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.provider.TrainingOrder;

/// The body that creates a job, and where a job's fields lie, as one service has them.
interface JobDialect {

    /// Metadata field that names the order.
    String ORDER = "tunedrop_order";

    int LONGEST_CODE = 60;

    enum Kind {
        OPENAI,
        TOGETHER,
        MISTRAL;

        JobDialect dialect() {
            return switch (this) {
                case OPENAI -> new OpenAi();
                case TOGETHER -> new Together();
                case MISTRAL -> new Mistral();
            };
        }
    }

    /// @param mark words in the job's suffix that no other order has
    ObjectNode create(TrainingOrder order, String mark, String trainFile, @Nullable String validationFile);

    default String status(JsonNode job) {
        return job.path("status").asText("");
    }

    /// The tuned model's id; empty while there is none.
    default String model(JsonNode job) {
        return job.path("fine_tuned_model").asText("");
    }

    default @Nullable Long trainedTokens(JsonNode job) {
        JsonNode tokens = job.path("trained_tokens");
        return tokens.canConvertToLong() ? tokens.longValue() : null;
    }

    /// Why a job failed: the service's code. Its sentence may quote training text, so it is left where it is.
    default @Nullable String failure(JsonNode job) {
        String code = job.path("error").path("code").asText("").replaceAll("[^A-Za-z0-9_.-]", "");
        return code.isEmpty() ? null : code.substring(0, Math.min(code.length(), LONGEST_CODE));
    }

    private static boolean dpo(TrainingOrder order) {
        return order.objective() == RunSettings.Objective.DPO;
    }

    /// OpenAI's own, Azure's, Bedrock mantle's.
    record OpenAi() implements JobDialect {
        @Override
        public ObjectNode create(TrainingOrder order, String mark, String trainFile, @Nullable String validationFile) {
            ObjectNode body = Json.mapper().createObjectNode();
            body.put("model", order.model()).put("training_file", trainFile);
            if (validationFile != null) body.put("validation_file", validationFile);
            body.put("suffix", mark);
            body.put("seed", Math.floorMod(order.settings().seed(), Integer.MAX_VALUE));
            String kind = dpo(order) ? "dpo" : "supervised";
            ObjectNode hyper =
                    body.putObject("method").put("type", kind).putObject(kind).putObject("hyperparameters");
            hyper.put("n_epochs", order.settings().epochs());
            if (dpo(order)) hyper.put("beta", order.settings().dpo().beta());
            body.putObject("metadata").put(ORDER, order.key());
            return body;
        }
    }

    /// Flat hyperparameters, LoRA by name.
    record Together() implements JobDialect {
        @Override
        public ObjectNode create(TrainingOrder order, String mark, String trainFile, @Nullable String validationFile) {
            RunSettings settings = order.settings();
            ObjectNode body = Json.mapper().createObjectNode();
            body.put("model", order.model()).put("training_file", trainFile);
            if (validationFile != null)
                body.put("validation_file", validationFile).put("n_evals", 1);
            body.put("suffix", mark).put("n_epochs", settings.epochs()).put("n_checkpoints", 1);
            body.put("batch_size", "max").put("learning_rate", settings.learningRate());
            body.put("warmup_ratio", settings.warmupShare());
            body.putObject("training_type")
                    .put("type", "Lora")
                    .put("lora_r", settings.rank())
                    .put("lora_alpha", Math.round(settings.alpha()))
                    .put("lora_dropout", settings.dropout());
            ObjectNode method = body.putObject("training_method").put("method", dpo(order) ? "dpo" : "sft");
            if (dpo(order)) method.put("dpo_beta", settings.dpo().beta());
            return body;
        }

        @Override
        public String model(JsonNode job) {
            return job.path("output_name").asText("");
        }

        @Override
        public @Nullable Long trainedTokens(JsonNode job) {
            JsonNode tokens = job.path("token_count");
            return tokens.canConvertToLong() ? tokens.longValue() : null;
        }
    }

    /// Files in a list; a job starts by itself only when told to.
    record Mistral() implements JobDialect {
        @Override
        public ObjectNode create(TrainingOrder order, String mark, String trainFile, @Nullable String validationFile) {
            ObjectNode body = Json.mapper().createObjectNode();
            body.put("model", order.model()).put("suffix", mark.toLowerCase(Locale.ROOT));
            body.putArray("training_files")
                    .addObject()
                    .put("file_id", trainFile)
                    .put("weight", 1);
            if (validationFile != null) body.putArray("validation_files").add(validationFile);
            body.putObject("hyperparameters")
                    .put("epochs", order.settings().epochs())
                    .put("learning_rate", order.settings().learningRate());
            body.put("auto_start", true);
            return body;
        }
    }
}
