package dev.tunedrop.local.finetuning;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.local.finetuning.http.Fields;
import dev.tunedrop.local.finetuning.http.Refusal;

/// Reads the body of `POST /v1/fine_tuning/jobs`, whose fields become settings:
///
/// | OpenAI | `tune.json` |
/// |---|---|
/// | `model` | `base` |
/// | `n_epochs`, `batch_size` | `epochs`, `batchSize` |
/// | `learning_rate_multiplier` | `learningRate`: so much times the default |
/// | `method.type` | `objective` |
/// | `method.dpo.hyperparameters.beta` | `dpo.beta` |
/// | `seed` | `seed` |
/// | `validation_file` | `validationFrom`: its rows follow those of the training file |
///
/// Every other setting may stand in `metadata.tunedrop_settings` as the text of a JSON object. What cannot be heeded is
/// refused.
final class OrderReader {

    static final String SETTINGS = "tunedrop_settings";
    static final String VALIDATION_FROM = "validationFrom";

    private static final Set<String> BODY = Set.of(
            "model",
            "training_file",
            "validation_file",
            "hyperparameters",
            "method",
            "suffix",
            "seed",
            "metadata",
            "integrations");
    private static final Set<String> SUPERVISED = Set.of("n_epochs", "batch_size", "learning_rate_multiplier");
    private static final Set<String> DPO = Set.of("n_epochs", "batch_size", "learning_rate_multiplier", "beta");
    private static final int MOST_EPOCHS = 50;
    private static final int MOST_BATCH = 256;
    private static final int MOST_BETA = 2;
    private static final int MOST_MULTIPLIER = 1_000_000;
    private static final int MOST_SUFFIX = 64;

    private OrderReader() {}

    /// @param endpoint where the model will answer
    static JobOrder read(ObjectNode body, String endpoint) {
        Fields fields = Fields.of(body).only(BODY);
        String model = fields.required("model");
        String trainingFile = fields.required("training_file");
        refuseWhatIsNotDone(fields);
        JobOrder.@Nullable Method method =
                fields.object("method").map(OrderReader::method).orElse(null);
        Optional<Fields> hyperparameters = hyperparameters(fields, method);
        ObjectNode settings =
                Json.mapper().createObjectNode().put("base", model).put("endpoint", endpoint);
        hyperparameters.ifPresent(given -> say(given, settings));
        if (method == JobOrder.Method.supervised) settings.put("objective", "sft");
        if (method == JobOrder.Method.dpo) settings.put("objective", "dpo");
        fields.integer("seed", 0, Integer.MAX_VALUE).ifPresent(seed -> settings.put("seed", seed));
        Map<String, String> metadata = fields.metadata("metadata");
        addTheirs(settings, metadata.get(SETTINGS));
        String suffix = fields.text("suffix").orElse(null);
        if (suffix != null && (suffix.isBlank() || suffix.length() > MOST_SUFFIX))
            throw fields.wrong("suffix", "must have 1 to %d characters".formatted(MOST_SUFFIX));
        String validationFile = fields.text("validation_file").orElse(null);
        if (validationFile != null && settings.has(VALIDATION_FROM))
            throw Refusal.invalid(
                    "metadata." + SETTINGS,
                    "invalid_value",
                    "%s is said by validation_file. Leave one of them out.".formatted(VALIDATION_FROM));
        return order(model, trainingFile, validationFile, method, settings, suffix, metadata);
    }

    private static void refuseWhatIsNotDone(Fields fields) {
        if (!fields.object().path("integrations").isEmpty())
            throw Refusal.invalid(
                    "integrations",
                    "unsupported_parameter",
                    "integrations are not supported: figures go to MLflow, by tracking in metadata.tunedrop_settings."
                            + " Leave them out.");
    }

    private static JobOrder.Method method(Fields method) {
        method.only(Set.of("type", "supervised", "dpo", "reinforcement"));
        return switch (method.required("type")) {
            case "supervised" -> JobOrder.Method.supervised;
            case "dpo" -> JobOrder.Method.dpo;
            case "reinforcement" ->
                throw Refusal.invalid(
                        "method.type",
                        "unsupported_parameter",
                        "method reinforcement is not supported. Use supervised or dpo.");
            default -> throw method.wrong("type", "must be supervised or dpo");
        };
    }

    /// Under the method, or in the older place.
    private static Optional<Fields> hyperparameters(Fields fields, JobOrder.@Nullable Method method) {
        Optional<Fields> older = fields.object("hyperparameters");
        Optional<Fields> under = method == null
                ? Optional.empty()
                : fields.object("method")
                        .flatMap(inner -> inner.object(method.name()))
                        .map(inner -> inner.only(Set.of("hyperparameters")))
                        .flatMap(inner -> inner.object("hyperparameters"));
        if (older.isPresent() && under.isPresent())
            throw fields.wrong("hyperparameters", "stands beside method. Give them under method only");
        Set<String> known = method == JobOrder.Method.dpo ? DPO : SUPERVISED;
        return under.or(() -> older).map(found -> found.only(known));
    }

    private static void say(Fields given, ObjectNode settings) {
        given.integerOrAuto("n_epochs", 1, MOST_EPOCHS).ifPresent(n -> settings.put("epochs", n));
        given.integerOrAuto("batch_size", 1, MOST_BATCH).ifPresent(n -> settings.put("batchSize", n));
        given.positiveOrAuto("learning_rate_multiplier", MOST_MULTIPLIER)
                .ifPresent(times -> settings.put(
                        "learningRate", times.multiply(defaultRate()).doubleValue()));
        given.positiveOrAuto("beta", MOST_BETA)
                .ifPresent(beta -> settings.putObject("dpo").put("beta", beta));
    }

    private static BigDecimal defaultRate() {
        return BigDecimal.valueOf(SettingsFile.defaults().learningRate());
    }

    private static void addTheirs(ObjectNode settings, @Nullable String text) {
        if (text == null) return;
        try {
            ObjectNode theirs = Json.read(text, ObjectNode.class, "metadata." + SETTINGS);
            theirs.properties().forEach(entry -> {
                if (settings.has(entry.getKey()))
                    throw Refusal.invalid(
                            "metadata." + SETTINGS,
                            "invalid_value",
                            "%s is said by a field of the request already. Leave it out of metadata.%s."
                                    .formatted(entry.getKey(), SETTINGS));
                settings.set(entry.getKey(), entry.getValue());
            });
        } catch (InvalidDocument e) {
            throw refused(e);
        }
    }

    private static JobOrder order(
            String model,
            String trainingFile,
            @Nullable String validationFile,
            JobOrder.@Nullable Method method,
            ObjectNode settings,
            @Nullable String suffix,
            Map<String, String> metadata) {
        try {
            RunSettings whole = SettingsFile.read(Json.bytes(settings), "the settings");
            return new JobOrder(
                    model,
                    trainingFile,
                    validationFile,
                    method,
                    whole.epochs(),
                    whole.batchSize(),
                    BigDecimal.valueOf(whole.learningRate())
                            .divide(defaultRate(), MathContext.DECIMAL32)
                            .stripTrailingZeros(),
                    method == JobOrder.Method.dpo
                            ? BigDecimal.valueOf(whole.dpo().beta())
                            : null,
                    whole.seed(),
                    suffix,
                    metadata,
                    settings);
        } catch (InvalidDocument e) {
            throw refused(e);
        }
    }

    private static Refusal refused(InvalidDocument e) {
        return Refusal.invalid("metadata." + SETTINGS, "invalid_value", e.sentence());
    }

    /// The names that `model` may have.
    static void known(String model, SortedSet<String> bases) {
        if (!bases.contains(model))
            throw Refusal.notFound(
                    "model",
                    "model_not_found",
                    "There is no base model of this name. Name one of: %s."
                            .formatted(bases.isEmpty() ? "none is there yet" : String.join(", ", bases)));
    }
}
