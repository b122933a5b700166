package dev.tunedrop.functions.provider.vertex;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
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
import dev.tunedrop.functions.provider.http.HttpAnswers;
import dev.tunedrop.functions.provider.http.HttpFactory;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// Vertex AI. Google numbers jobs itself and knows no token for a create, so a job is found again by its label, and
/// after a lost answer no other create is sent before the job has had time to show up.
///
/// Paths and fields: docs.cloud.google.com/gemini-enterprise-agent-platform, models/gemini-use-supervised-tuning and
/// models/tune-gemini-preference (read 2026-11-22); googleapis/java-genai, Tunings.
public final class VertexProvider implements Provider {

    static final String ID = "vertex";

    /// How long a create may take to show up in the list.
    static final Duration SETTLED = Duration.ofSeconds(60);

    private static final String LABEL = "tunedrop_order";
    private static final int MOST_PAGES = 50;

    /// Sizes of an adapter that Gemini takes, by rank.
    private static final Map<Integer, String> SIZES = Map.of(1, "ONE", 2, "TWO", 4, "FOUR", 8, "EIGHT", 16, "SIXTEEN");

    private final Project project;
    private final GoogleApi api;
    private final HttpAnswers answers = answers();
    private final CloudStorage storage;
    private final OneJob oneJob;

    VertexProvider(Project project, GoogleApi api, Content content, OneJob oneJob) {
        this.project = project;
        this.api = api;
        this.storage = new CloudStorage(project, api, answers, content);
        this.oneJob = oneJob;
    }

    static HttpAnswers answers() {
        return new HttpAnswers(ID, o -> !o.path("name").asText("").isEmpty());
    }

    /// @param loopback whether the address may also be one of this machine
    public static ServiceSetUp setUp(Means means, SubjectToken subject, boolean loopback, HttpFactory http) {
        Map<String, String> set = new LinkedHashMap<>();
        for (String setting : List.of("PROJECT", "BUCKET", "AUDIENCE", "SERVICE_ACCOUNT")) {
            String value = Configuration.value("TUNEDROP_VERTEX_" + setting, "");
            if (value.isEmpty())
                return new ServiceSetUp.Lacking(ID, "its set-up is not complete; set TUNEDROP_VERTEX_" + setting);
            set.put(setting, value);
        }
        String region = Configuration.value("TUNEDROP_VERTEX_REGION", "us-central1");
        String address = Configuration.value("TUNEDROP_VERTEX_URL", "");
        Project.Addresses google = Project.Addresses.ofGoogle(region);
        AllowedHosts hosts = new AllowedHosts(google.hosts(), loopback);
        Project project = new Project(
                set.getOrDefault("PROJECT", ""),
                region,
                set.getOrDefault("BUCKET", ""),
                set.getOrDefault("AUDIENCE", ""),
                set.getOrDefault("SERVICE_ACCOUNT", ""),
                address.isEmpty() ? google : Project.Addresses.at(hosts.check(address)));
        ServiceHttp way = http.to(hosts);
        GoogleIdentity identity = new GoogleIdentity(project, subject, way, answers(), means.clock());
        return new ServiceSetUp.Ready(new VertexProvider(
                project,
                new GoogleApi(identity::accessToken, way),
                means::content,
                new OneJob(ID, SETTLED, means.attempts(), means.clock())));
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public List<String> targets(String model) {
        return List.of("vertex-gemini", "vertex-dpo");
    }

    @Override
    public Submission submit(TrainingOrder order) {
        return oneJob.of(this, order.key(), () -> {
            ObjectNode body = body(order);
            return () -> answers.create(() -> api.post(project.jobs().resolve("tuningJobs"), body), VertexProvider::id);
        });
    }

    private ObjectNode body(TrainingOrder order) {
        String name = OrderName.of(order.key());
        ObjectNode body = Json.mapper().createObjectNode().put("baseModel", order.model());
        boolean pairs = order.objective() == RunSettings.Objective.DPO;
        ObjectNode spec = body.putObject(pairs ? "preferenceOptimizationSpec" : "supervisedTuningSpec");
        spec.put("trainingDatasetUri", storage.copy(order.train()));
        TrainingOrder.DataFile heldOut = order.validation();
        if (heldOut != null) spec.put("validationDatasetUri", storage.copy(heldOut));
        ObjectNode hyper = spec.putObject("hyperParameters")
                .put("epochCount", order.settings().epochs())
                .put("adapterSize", "ADAPTER_SIZE_" + size(order.settings().rank()));
        if (pairs) hyper.put("beta", order.settings().dpo().beta());
        body.put("tunedModelDisplayName", name).putObject("labels").put(LABEL, name);
        return body;
    }

    /// The largest that is no larger than the rank.
    private static String size(int rank) {
        int size = Math.min(16, Integer.highestOneBit(Math.max(1, rank)));
        return SIZES.getOrDefault(size, "ONE");
    }

    private static String id(JsonNode job) {
        String name = job.path("name").asText();
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /// By its label, wherever in the list it stands: the filter only makes the list short.
    @Override
    public Optional<String> jobOf(String orderKey) {
        String name = OrderName.of(orderKey);
        String filter = URLEncoder.encode("labels.%s=\"%s\"".formatted(LABEL, name), StandardCharsets.UTF_8);
        String page = "";
        for (int i = 0; i < MOST_PAGES; i++) {
            URI address = project.jobs().resolve("tuningJobs?pageSize=100&filter=" + filter + page);
            ObjectNode list = answers.read(
                    "the list of jobs",
                    () -> api.get(address),
                    o -> !o.has("tuningJobs") || o.path("tuningJobs").isArray());
            for (JsonNode job : list.path("tuningJobs"))
                if (job.path("labels").path(LABEL).asText().equals(name)) return Optional.of(id(job));
            String next = list.path("nextPageToken").asText("");
            if (next.isEmpty()) return Optional.empty();
            page = "&pageToken=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        }
        throw answers.waiting("its list of jobs is longer than " + MOST_PAGES + " pages");
    }

    @Override
    public JobProgress progress(String jobId) {
        ObjectNode job = job(jobId);
        String said = job.path("state").asText("").replaceFirst("^JOB_STATE_", "");
        ProviderState state = state(said);
        return new JobProgress(state, said, state == ProviderState.FAILED ? failure(job) : null, tokens(job));
    }

    private static ProviderState state(String said) {
        return switch (said) {
            case "QUEUED" -> ProviderState.QUEUED;
            case "PENDING" -> ProviderState.VALIDATING;
            case "RUNNING", "UPDATING" -> ProviderState.RUNNING;
            case "PAUSED" -> ProviderState.PAUSED;
            case "CANCELLING" -> ProviderState.CANCELLING;
            case "SUCCEEDED", "PARTIALLY_SUCCEEDED" -> ProviderState.SUCCEEDED;
            case "FAILED", "EXPIRED" -> ProviderState.FAILED;
            case "CANCELLED" -> ProviderState.CANCELLED;
            default -> ProviderState.UNKNOWN;
        };
    }

    /// The error's number. Its sentence may quote training text, so it is left where it is.
    private static @Nullable String failure(JsonNode job) {
        JsonNode code = job.path("error").path("code");
        return code.isIntegralNumber() ? "gRPC code " + code.asInt() + "; the job's page in Vertex says more" : null;
    }

    private static @Nullable Long tokens(JsonNode job) {
        JsonNode stats = job.path("tuningDataStats");
        for (String kind : List.of("supervisedTuningDataStats", "preferenceOptimizationDataStats")) {
            JsonNode tokens = stats.path(kind).path("totalBillableTokenCount");
            if (!tokens.isMissingNode()) return tokens.asLong();
        }
        return null;
    }

    @Override
    public void cancel(String jobId) {
        try {
            answers.read(
                    "cancelling " + jobId,
                    () -> api.post(address(jobId, ":cancel"), Json.mapper().createObjectNode()),
                    any -> true);
        } catch (SaysNo no) {
            if (!progress(jobId).state().ended()) throw no;
        }
    }

    /// Vertex deploys a tuned model itself; it is asked by its endpoint.
    @Override
    public Optional<ManagedModel> result(String jobId) {
        ObjectNode job = job(jobId);
        JsonNode tuned = job.path("tunedModel");
        String asked = tuned.path("endpoint").asText(tuned.path("model").asText(""));
        return asked.isEmpty() ? Optional.empty() : Optional.of(new ManagedModel(asked, tokens(job), null, null));
    }

    @Override
    public String ask(String asked, List<Map<String, String>> messages, int maxTokens) {
        if (!asked.contains("/endpoints/")) return Provider.super.ask(asked, messages, maxTokens);
        URI address = project.addresses().vertex().resolve("v1/" + asked + ":generateContent");
        return Conversation.text(answers.read(
                asked, () -> api.post(address, Conversation.question(messages, maxTokens)), Conversation::whole));
    }

    private ObjectNode job(String jobId) {
        return answers.read("job " + jobId, () -> api.get(address(jobId, "")));
    }

    private URI address(String jobId, String verb) {
        return project.jobs().resolve("tuningJobs/" + URLEncoder.encode(jobId, StandardCharsets.UTF_8) + verb);
    }
}
