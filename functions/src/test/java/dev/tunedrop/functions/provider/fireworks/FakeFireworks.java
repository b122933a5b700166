package dev.tunedrop.functions.provider.fireworks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.FaultyService.Asked;
import dev.tunedrop.functions.provider.faults.FaultyService.Said;

/// Fireworks' gateway and the store behind its signed addresses, with state. A field that its reference does
/// not name, and a request out of order, is refused and remembered in [#complaints()].
public final class FakeFireworks implements FakeService {

    static final String KEY = "fw-not-a-real-key";
    static final String ACCOUNT = "acme";

    private static final String OURS = "accounts/" + ACCOUNT + "/";
    private static final String BELOW = "/v1/" + OURS;
    private static final String CHAT = "/inference/v1/chat/completions";
    private static final Set<String> TRAINING =
            Set.of("baseModel", "outputModel", "epochs", "learningRate", "loraRank", "maxContextLength");
    private static final Set<String> SUPERVISED = Set.of("dataset", "evaluationDataset", "displayName");
    private static final Set<String> PREFERENCE = Set.of("trainingConfig", "lossConfig");

    private final Map<String, ObjectNode> datasets = new LinkedHashMap<>();
    private final Map<String, Long> stored = new LinkedHashMap<>();
    private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
    private final List<ObjectNode> loaded = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    @Override
    public String operation(Asked asked) {
        if (asked.path().equals(CHAT)) return "POST chat";
        String path = asked.path().startsWith(BELOW) ? asked.path().substring(BELOW.length()) : "rows";
        String kind =
                path.replaceFirst("^(supervisedFineTuningJobs|dpoJobs)", "jobs").replaceFirst("/[^/:]+", "/{id}");
        return asked.method() + " " + kind;
    }

    @Override
    public List<String> operationsOfASubmit() {
        return List.of(
                "GET jobs/{id}",
                "GET datasets/{id}",
                "POST datasets",
                "POST datasets/{id}:getUploadEndpoint",
                "PUT rows",
                "POST datasets/{id}:validateUpload",
                "POST jobs");
    }

    @Override
    public synchronized Map<String, String> settings(String address) {
        return Map.of("TUNEDROP_FIREWORKS_ACCOUNT", ACCOUNT, "TUNEDROP_FIREWORKS_URL", address + "v1/");
    }

    @Override
    public Map<String, String> secrets() {
        return Map.of("tunedrop/providers/fireworks", KEY);
    }

    @Override
    public synchronized List<String> jobIds() {
        return List.copyOf(jobs.keySet());
    }

    @Override
    public synchronized void succeed(String id) {
        job(id).put("state", "JOB_STATE_COMPLETED");
    }

    synchronized int datasets() {
        return datasets.size();
    }

    synchronized ObjectNode job(String id) {
        ObjectNode job = jobs.get(id);
        if (job == null) throw new IllegalArgumentException("no job " + id);
        return job;
    }

    synchronized List<ObjectNode> loaded() {
        return List.copyOf(loaded);
    }

    @Override
    public synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public synchronized Said answer(Asked asked) {
        String operation = operation(asked);
        if (operation.equals("PUT rows")) return store(asked);
        if (!("Bearer " + KEY).equals(asked.headers().get("authorization"))) return no(401, 16);
        if (operation.equals("POST chat")) return chat(Json.tree(asked.body(), operation));
        String path = asked.path().substring(BELOW.length());
        return switch (operation) {
            case "GET jobs/{id}" -> said(jobs.get(path));
            case "POST jobs" -> create(path, asked);
            case "POST jobs/{id}:cancel" -> cancel(jobs.get(path.replaceFirst(":cancel$", "")));
            case "GET datasets/{id}" -> said(datasets.get(path));
            case "POST datasets" -> dataset(Json.tree(asked.body(), operation));
            case "POST datasets/{id}:getUploadEndpoint" -> endpoint(path, asked);
            case "POST datasets/{id}:validateUpload" -> validate(path.replaceFirst(":.*", ""));
            case "GET deployedModels" -> list();
            case "POST deployedModels" -> load(Json.tree(asked.body(), operation));
            default -> complain("no operation " + operation);
        };
    }

    private Said chat(JsonNode body) {
        String[] asked = body.path("model").asText().split("#", 2);
        if (asked.length != 2 || !body.path("messages").isArray())
            return complain("a question of " + body.path("model"));
        if (loaded.stream().noneMatch(one -> one.path("model").asText().equals(asked[0]))) return no(404, 5);
        return new Said(200, "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"" + ANSWER + "\"}}]}");
    }

    private Said dataset(JsonNode body) {
        JsonNode dataset = body.path("dataset");
        if (!dataset.path("exampleCount").asText().matches("\\d+")
                || !dataset.path("format").asText().equals("CHAT")
                || !dataset.has("userUploaded")) return complain("a dataset without count, format or origin");
        String id = "datasets/" + body.path("datasetId").asText();
        if (datasets.containsKey(id)) return no(409, 6);
        ObjectNode made =
                Json.mapper().createObjectNode().put("name", OURS + id).put("state", "UPLOADING");
        made.set("exampleCount", dataset.path("exampleCount"));
        datasets.put(id, made);
        return said(made);
    }

    private Said endpoint(String path, Asked asked) {
        JsonNode body = Json.tree(asked.body(), path);
        String id = path.replaceFirst(":.*", "");
        if (!datasets.containsKey(id)) return no(404, 5);
        long size = body.path("filenameToSize").path("rows.jsonl").asLong(-1);
        if (size < 0) return complain("an upload without a file");
        ObjectNode answer = Json.mapper().createObjectNode();
        answer.putObject("filenameToSignedUrls")
                .put("rows.jsonl", "http://" + asked.headers().get("host") + "/store/" + id + "?signature=" + size);
        return said(answer);
    }

    private Said store(Asked asked) {
        long size = asked.body().length;
        if (asked.headers().containsKey("authorization")) return complain("the key was sent to the store");
        if (!(size + "," + size).equals(asked.headers().get("x-goog-content-length-range"))
                || !asked.query().equals("signature=" + size)) return complain("the store was sent " + size);
        stored.put(
                asked.path().substring("/store/".length()), asked.text().lines().count());
        return new Said(200, "");
    }

    private Said validate(String id) {
        ObjectNode dataset = datasets.get(id);
        if (dataset == null) return no(404, 5);
        if (!dataset.path("exampleCount").asText().equals(String.valueOf(stored.get(id))))
            return complain("of %s examples came %s".formatted(dataset.path("exampleCount"), stored.get(id)));
        dataset.put("state", "READY");
        return new Said(200, "{}");
    }

    private Said create(String kind, Asked asked) {
        ObjectNode body = (ObjectNode) Json.tree(asked.body(), kind);
        boolean dpo = kind.equals("dpoJobs");
        String[] query = asked.query().split("=", 2);
        if (!query[0].equals(dpo ? "dpoJobId" : "supervisedFineTuningJobId")) return complain("a job without its id");
        JsonNode training = dpo ? body.path("trainingConfig") : body;
        for (String field : TRAINING) if (!training.has(field)) return complain("no " + field);
        for (String field : (Iterable<String>) body::fieldNames)
            if (!SUPERVISED.contains(field) && !(dpo ? PREFERENCE : TRAINING).contains(field))
                return complain("unknown field " + field);
        if (dpo && !directly(body.path("lossConfig"))) return complain("trained otherwise than by DPO");
        for (String field : List.of("dataset", "evaluationDataset"))
            if (body.has(field) && !ready(body.path(field).asText())) return complain(field + " is not ready");
        String id = kind + "/" + query[1];
        if (jobs.containsKey(id)) return no(409, 6);
        ObjectNode job = body.deepCopy().put("name", OURS + id).put("state", "JOB_STATE_PENDING");
        jobs.put(id, job);
        return said(job);
    }

    /// Another method than the unspecified one, which is GRPO, and a beta that its schema allows.
    private static boolean directly(JsonNode loss) {
        double beta = loss.at("/dpo/beta").asDouble();
        return loss.size() == 2 && loss.path("method").asText().equals("DPO") && beta > 0 && beta < 0.5;
    }

    private boolean ready(String name) {
        ObjectNode dataset = name.startsWith(OURS) ? datasets.get(name.substring(OURS.length())) : null;
        return dataset != null && dataset.path("state").asText().equals("READY");
    }

    private static Said cancel(@Nullable ObjectNode job) {
        if (job == null) return no(404, 5);
        if (job.path("state").asText().matches("JOB_STATE_(COMPLETED|FAILED|CANCELLED)")) return no(400, 9);
        job.put("state", "JOB_STATE_CANCELLED");
        return new Said(200, "{}");
    }

    /// As protocol buffers are written: an empty list is left out.
    private Said list() {
        ObjectNode answer = Json.mapper().createObjectNode();
        if (loaded.isEmpty()) return said(answer);
        ArrayNode all = answer.putArray("deployedModels");
        loaded.forEach(all::add);
        return said(answer);
    }

    private Said load(JsonNode body) {
        ObjectNode made = ((ObjectNode) body).deepCopy();
        made.put("name", OURS + "deployedModels/" + loaded.size()).put("state", "DEPLOYING");
        loaded.add(made);
        return said(made);
    }

    private Said complain(String what) {
        complaints.add(what);
        return no(400, 3);
    }

    private static Said said(@Nullable ObjectNode object) {
        return object == null ? no(404, 5) : new Said(200, Json.writeLine(object));
    }

    private static Said no(int status, int code) {
        return new Said(status, "{\"code\":" + code + ",\"message\":\"the row 'hush' is bad\",\"details\":[]}");
    }
}
