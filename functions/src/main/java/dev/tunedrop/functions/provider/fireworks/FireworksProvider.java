package dev.tunedrop.functions.provider.fireworks;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.provider.Content;
import dev.tunedrop.functions.provider.JobProgress;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.Means;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.OrderName;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.ServiceSetUp;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.ChatCompletions;
import dev.tunedrop.functions.provider.http.HttpAnswers;
import dev.tunedrop.functions.provider.http.HttpFactory;

/// Fireworks. We name a job ourselves, after the order, so that a second create of one order cannot make
/// another job.
///
/// Paths and fields: docs.fireworks.ai/api-reference (create-dataset, get-dataset-upload-endpoint,
/// validate-dataset-upload, create-supervised-fine-tuning-job, create-dpo-job, create-deployed-model) and
/// fireworks-ai's Python SDK, whose parameter `supervisedFineTuningJobId` names the job and whose
/// `ReinforcementLearningLossConfig` says what pairs are trained by (read 2026-11-22).
public final class FireworksProvider implements Provider {

    static final String ID = "fireworks";

    private static final String ADDRESS = "https://api.fireworks.ai/v1/";
    private static final String ACCOUNT = "TUNEDROP_FIREWORKS_ACCOUNT";
    private static final String DEPLOYMENT = "TUNEDROP_FIREWORKS_DEPLOYMENT";
    /// Between a model and the deployment that it is asked on.
    private static final String DEPLOYED = "#";
    private static final List<String> HOSTS = List.of("api.fireworks.ai", "storage.googleapis.com");

    private static final String SFT = "supervisedFineTuningJobs";
    private static final String DPO = "dpoJobs";
    private static final int LONGEST_CODE = 60;
    private static final double BETA_BELOW = 0.5;

    private final String account;
    private final @Nullable String deployment;
    private final FireworksApi api;
    private final HttpAnswers answers =
            new HttpAnswers(ID, o -> !o.path("name").asText("").isEmpty());
    private final Datasets datasets;
    private final OneJob oneJob;

    /// @param deployment one that the account pays for, on which tuned models answer; absent: none
    FireworksProvider(String account, @Nullable String deployment, FireworksApi api, Content content, OneJob oneJob) {
        this.account = account;
        this.deployment = deployment;
        this.api = api;
        this.datasets = new Datasets(api, answers, content);
        this.oneJob = oneJob;
    }

    /// @param loopback whether the address may also be one of this machine
    public static ServiceSetUp setUp(Means means, boolean loopback, HttpFactory http) {
        String account = Configuration.value(ACCOUNT, "");
        if (account.isEmpty()) return new ServiceSetUp.Lacking(ID, "no account is configured for it; set " + ACCOUNT);
        AllowedHosts hosts = new AllowedHosts(HOSTS, loopback);
        URI base = hosts.check(Configuration.value("TUNEDROP_FIREWORKS_URL", ADDRESS) + "accounts/" + account + "/");
        String deployment = Configuration.value(DEPLOYMENT, "");
        return new ServiceSetUp.Ready(new FireworksProvider(
                account,
                deployment.isEmpty() ? null : deployment,
                new FireworksApi(base, means.secret(ID), http.to(hosts)),
                means::content,
                new OneJob(ID, Duration.ZERO, means.attempts(), means.clock())));
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public List<String> targets(String model) {
        return List.of("fireworks");
    }

    @Override
    public Submission submit(TrainingOrder order) {
        boolean dpo = order.objective() == RunSettings.Objective.DPO;
        String name = OrderName.of(order.key());
        String path = dpo ? DPO + "?dpoJobId=" + name : SFT + "?supervisedFineTuningJobId=" + name;
        return oneJob.of(this, order.key(), () -> {
            ObjectNode body = dpo ? preferences(order, name) : supervised(order, name);
            return () -> answers.create(() -> api.post(path, body), FireworksProvider::jobId);
        });
    }

    /// Supervised jobs and preference jobs are kept apart; the order's job is one or the other.
    @Override
    public Optional<String> jobOf(String orderKey) {
        String name = OrderName.of(orderKey);
        for (String kind : List.of(SFT, DPO)) {
            String path = kind + "/" + name;
            Optional<ObjectNode> job = answers.find("job " + name, () -> api.get(path), FireworksApi::absent);
            if (job.isPresent()) return job.map(FireworksProvider::jobId);
        }
        return Optional.empty();
    }

    /// What follows the account in a job's name.
    private static String jobId(JsonNode job) {
        String[] parts = job.path("name").asText().split("/", -1);
        return parts[parts.length - 2] + "/" + parts[parts.length - 1];
    }

    private ObjectNode supervised(TrainingOrder order, String name) {
        ObjectNode body = training(order, name);
        body.put("dataset", ours("datasets/" + datasets.of(order.train()))).put("displayName", order.suffix());
        TrainingOrder.DataFile heldOut = order.validation();
        if (heldOut != null) body.put("evaluationDataset", ours("datasets/" + datasets.of(heldOut)));
        return body;
    }

    /// A job of pairs that names no method is trained by GRPO.
    private ObjectNode preferences(TrainingOrder order, String name) {
        double beta = order.settings().dpo().beta();
        if (beta >= BETA_BELOW)
            throw new SaysNo(
                    "beta-too-high",
                    "fireworks: dpo.beta must be below %s there, was %s; lower it".formatted(BETA_BELOW, beta));
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("dataset", ours("datasets/" + datasets.of(order.train()))).put("displayName", order.suffix());
        body.set("trainingConfig", training(order, name));
        body.putObject("lossConfig").put("method", "DPO").putObject("dpo").put("beta", beta);
        return body;
    }

    private ObjectNode training(TrainingOrder order, String name) {
        RunSettings settings = order.settings();
        return Json.mapper()
                .createObjectNode()
                .put("baseModel", order.model())
                .put("outputModel", ours("models/" + name))
                .put("epochs", settings.epochs())
                .put("learningRate", settings.learningRate())
                .put("loraRank", settings.rank())
                .put("maxContextLength", settings.maxTokens());
    }

    private String ours(String resource) {
        return "accounts/" + account + "/" + resource;
    }

    @Override
    public JobProgress progress(String jobId) {
        ObjectNode job = job(jobId);
        String said = job.path("state").asText("").replaceFirst("^JOB_STATE_", "");
        ProviderState state = state(said);
        return new JobProgress(state, said, state == ProviderState.FAILED ? failure(job) : null, null);
    }

    private static ProviderState state(String said) {
        return switch (said) {
            case "VALIDATING" -> ProviderState.VALIDATING;
            case "CREATING", "PENDING" -> ProviderState.QUEUED;
            case "RUNNING", "WRITING_RESULTS", "EVALUATION", "RE_QUEUEING" -> ProviderState.RUNNING;
            case "PAUSED" -> ProviderState.PAUSED;
            case "CANCELLING", "DELETING" -> ProviderState.CANCELLING;
            case "COMPLETED", "EARLY_STOPPED" -> ProviderState.SUCCEEDED;
            case "FAILED", "EXPIRED" -> ProviderState.FAILED;
            case "CANCELLED", "DELETED" -> ProviderState.CANCELLED;
            default -> ProviderState.UNKNOWN;
        };
    }

    /// The status's code. Its sentence may quote training text, so it is left where it is.
    private static @Nullable String failure(JsonNode job) {
        String code = job.path("status").path("code").asText("").replaceAll("[^A-Za-z0-9_.-]", "");
        return code.isEmpty() ? null : code.substring(0, Math.min(code.length(), LONGEST_CODE));
    }

    @Override
    public void cancel(String jobId) {
        try {
            answers.read(
                    "cancelling " + jobId,
                    () -> api.post(jobId + ":cancel", Json.mapper().createObjectNode()),
                    any -> true);
        } catch (SaysNo no) {
            if (!progress(jobId).state().ended()) throw no;
        }
    }

    @Override
    public Optional<ManagedModel> result(String jobId) {
        ObjectNode job = job(jobId);
        String said = job.path("state").asText("").replaceFirst("^JOB_STATE_", "");
        if (state(said) != ProviderState.SUCCEEDED) return Optional.empty();
        String model = job.path("outputModel")
                .asText(job.path("trainingConfig").path("outputModel").asText(""));
        return model.isEmpty() ? Optional.empty() : Optional.of(new ManagedModel(model, null, null, null));
    }

    private ObjectNode job(String jobId) {
        return answers.read("job " + jobId, () -> api.get(jobId));
    }

    /// Tuned models answer on dedicated deployments only, which cost by the hour: one is bought by a person
    /// and named in the configuration. Without one the model is kept, and nothing is bought.
    @Override
    public Optional<String> serve(String model, String endpoint) {
        if (deployment == null) return Optional.of(model);
        String where = ours("deployments/" + deployment);
        JsonNode loaded = answers.read(
                "deployed models",
                () -> api.get("deployedModels?pageSize=200"),
                o -> !o.has("deployedModels") || o.path("deployedModels").isArray());
        for (JsonNode one : loaded.path("deployedModels"))
            if (one.path("model").asText().equals(model)
                    && one.path("deployment").asText().equals(where)) return answering(one, model, where);
        ObjectNode body = Json.mapper().createObjectNode().put("model", model).put("deployment", where);
        answers.read("loading " + model, () -> api.post("deployedModels", body));
        return Optional.empty();
    }

    @Override
    public String ask(String asked, List<Map<String, String>> messages, int maxTokens) {
        if (!asked.contains(DEPLOYED))
            throw new SaysNo(
                    "not-askable",
                    "fireworks: %s answers on a deployment that somebody pays for; set %s to one and drop the file again"
                            .formatted(asked, DEPLOYMENT));
        return ChatCompletions.text(answers.read(
                asked, () -> api.chat(ChatCompletions.question(asked, messages, maxTokens)), ChatCompletions::whole));
    }

    private static Optional<String> answering(JsonNode loaded, String model, String where) {
        return switch (loaded.path("state").asText("")) {
            case "DEPLOYED" -> Optional.of(model + DEPLOYED + where);
            case "FAILED" ->
                throw new IllegalStateException(
                        "Fireworks could not load %s onto %s; unload it there, then drop the file again"
                                .formatted(model, where));
            default -> Optional.empty();
        };
    }
}
