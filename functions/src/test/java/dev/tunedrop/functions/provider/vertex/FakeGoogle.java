package dev.tunedrop.functions.provider.vertex;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.FaultyService.Asked;
import dev.tunedrop.functions.provider.faults.FaultyService.Said;

/// Google's token service, service accounts, Cloud Storage and Vertex tuning, with state. What its
/// references do not allow is refused and remembered in [#complaints()].
public final class FakeGoogle implements FakeService {

    static final String AUDIENCE =
            "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/aws/providers/tunedrop";
    static final String ACCOUNT = "tuner@acme.iam.gserviceaccount.com";

    private static final String PROJECT = "acme";
    private static final String JOBS = "/v1/projects/acme/locations/us-central1/tuningJobs";
    private static final String OBJECTS = "/storage/v1/b/acme-rows/o/";
    private static final String BUCKET = "/acme-rows/";
    private static final String SUPERVISED = "supervisedTuningSpec";
    private static final String PREFERENCES = "preferenceOptimizationSpec";
    private static final Set<String> FIELDS =
            Set.of("baseModel", SUPERVISED, PREFERENCES, "tunedModelDisplayName", "labels");

    private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
    private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private final InstantSource clock;
    private int tokens;
    private boolean late;
    private Set<String> signed = Set.of();

    /// @param clock by which tokens run out
    public FakeGoogle(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String operation(Asked asked) {
        String path = asked.path();
        if (path.equals("/v1/token")) return "POST token";
        if (path.endsWith(":generateAccessToken")) return "POST accessToken";
        if (path.endsWith(":generateContent")) return "POST generateContent";
        if (path.startsWith(OBJECTS)) return "GET object";
        if (path.startsWith(BUCKET)) return "PUT object";
        String rest = path.substring(Math.min(path.length(), JOBS.length())).replaceFirst("^/[^/:]+", "/{id}");
        return asked.method() + " tuningJobs" + rest;
    }

    @Override
    public List<String> operationsOfASubmit() {
        return List.of(
                "GET tuningJobs", "POST token", "POST accessToken", "GET object", "PUT object", "POST tuningJobs");
    }

    @Override
    public Map<String, String> settings(String address) {
        return Map.of(
                "TUNEDROP_VERTEX_PROJECT",
                PROJECT,
                "TUNEDROP_VERTEX_BUCKET",
                "acme-rows",
                "TUNEDROP_VERTEX_AUDIENCE",
                AUDIENCE,
                "TUNEDROP_VERTEX_SERVICE_ACCOUNT",
                ACCOUNT,
                "TUNEDROP_VERTEX_URL",
                address);
    }

    @Override
    public synchronized List<String> jobIds() {
        return List.copyOf(jobs.keySet());
    }

    @Override
    public synchronized void succeed(String id) {
        ObjectNode job = job(id).put("state", "JOB_STATE_SUCCEEDED");
        job.putObject("tunedModel")
                .put("model", "projects/1/locations/us-central1/models/" + id + "@1")
                .put("endpoint", "projects/1/locations/us-central1/endpoints/" + id);
        job.putObject("tuningDataStats")
                .putObject("supervisedTuningDataStats")
                .put("totalBillableTokenCount", Long.toString(TOKENS));
    }

    synchronized int objects() {
        return objects.size();
    }

    /// What the last proof of an identity has signed.
    synchronized Set<String> signed() {
        return signed;
    }

    /// How often an identity was exchanged.
    synchronized int tokens() {
        return tokens;
    }

    synchronized ObjectNode job(String id) {
        ObjectNode job = jobs.get(id);
        if (job == null) throw new IllegalArgumentException("no job " + id);
        return job;
    }

    /// Whether jobs are not yet in the list.
    synchronized void listLate(boolean yes) {
        late = yes;
    }

    /// Something else lies where a copy is expected.
    synchronized void spoil() {
        objects.values().forEach(object -> object.put("crc32c", "AAAAAA=="));
    }

    @Override
    public synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public synchronized Said answer(Asked asked) {
        String operation = operation(asked);
        String authorization = asked.headers().getOrDefault("authorization", "");
        if (operation.equals("POST token"))
            return authorization.isEmpty() ? exchange(body(asked)) : complain("an authorised exchange");
        if (operation.equals("POST accessToken"))
            return authorization.equals("Bearer federated") ? impersonate(asked) : no(401);
        if (!issued(authorization)) return no(401);
        String id = asked.path().replaceFirst(".*/", "").replaceFirst(":.*", "");
        return switch (operation) {
            case "GET object" ->
                said(objects.get(URLDecoder.decode(asked.path().substring(OBJECTS.length()), StandardCharsets.UTF_8)));
            case "PUT object" -> store(asked);
            case "POST generateContent" -> generate(asked);
            case "GET tuningJobs" -> list(asked);
            case "POST tuningJobs" -> create(body(asked));
            case "GET tuningJobs/{id}" -> said(jobs.get(id));
            case "POST tuningJobs/{id}:cancel" -> cancel(jobs.get(id));
            default -> complain("no operation " + operation);
        };
    }

    private boolean issued(String authorization) {
        return authorization.matches("Bearer access-\\d{1,6}")
                && Integer.parseInt(authorization.substring("Bearer access-".length())) <= tokens;
    }

    private static ObjectNode body(Asked asked) {
        return (ObjectNode) Json.tree(asked.body(), asked.path());
    }

    private Said exchange(JsonNode body) {
        if (!body.path("audience").asText().equals(AUDIENCE)
                || !body.path("grantType").asText().endsWith(":token-exchange")
                || !body.path("subjectTokenType").asText().endsWith(":aws4_request"))
            return complain("an exchange of something else");
        String token = URLDecoder.decode(body.path("subjectToken").asText(), StandardCharsets.UTF_8);
        JsonNode proof = Json.tree(token.getBytes(StandardCharsets.UTF_8), "subject token");
        Map<String, String> headers = new LinkedHashMap<>();
        proof.path("headers")
                .forEach(h -> headers.put(
                        h.path("key").asText().toLowerCase(java.util.Locale.ROOT),
                        h.path("value").asText()));
        if (!proof.path("url")
                        .asText()
                        .matches("https://sts\\.[a-z0-9-]+\\.amazonaws\\.com\\?Action=GetCallerIdentity.*")
                || !proof.path("method").asText().equals("POST")
                || !AUDIENCE.equals(headers.get("x-goog-cloud-target-resource")))
            return complain("no proof for this audience");
        String signature = headers.getOrDefault("authorization", "");
        for (String needed : List.of("host", "x-amz-date", "x-goog-cloud-target-resource"))
            if (!headers.containsKey(needed)) return complain("the proof has no " + needed);
        signed = new TreeSet<>(headers.keySet());
        signed.remove("authorization");
        for (String header : signed)
            if (!signature.matches(".*SignedHeaders=[^,]*\\b" + header + "\\b.*"))
                return complain(header + " is not signed");
        return new Said(200, "{\"access_token\":\"federated\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
    }

    private Said impersonate(Asked asked) {
        if (!asked.path().equals("/v1/projects/-/serviceAccounts/" + ACCOUNT + ":generateAccessToken")
                || !body(asked).path("scope").isArray()) return complain("another account: " + asked.path());
        tokens++;
        return new Said(
                200,
                "{\"accessToken\":\"access-" + tokens + "\",\"expireTime\":\""
                        + clock.instant().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS) + "\"}");
    }

    private Said store(Asked asked) {
        CRC32C sum = new CRC32C();
        sum.update(asked.body());
        String crc = Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
        if (!("crc32c=" + crc).equals(asked.headers().get("x-goog-hash"))) return complain("the copy is not whole");
        String name = asked.path().substring(BUCKET.length());
        objects.put(
                name,
                Json.mapper()
                        .createObjectNode()
                        .put("name", name)
                        .put("size", Integer.toString(asked.body().length))
                        .put("crc32c", crc));
        return new Said(200, "");
    }

    private Said generate(Asked asked) {
        String endpoint = asked.path().substring("/v1/".length()).replaceFirst(":generateContent$", "");
        if (jobs.values().stream()
                .noneMatch(job -> job.at("/tunedModel/endpoint").asText().equals(endpoint))) return no(404);
        JsonNode body = body(asked);
        for (JsonNode turn : body.path("contents"))
            if (!turn.path("role").asText().matches("user|model")) return complain("role " + turn.path("role"));
        if (!body.at("/contents/0/parts/0/text").isTextual()
                || !body.at("/generationConfig/maxOutputTokens").isIntegralNumber())
            return complain("a question of " + body);
        return new Said(
                200, "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"" + ANSWER + "\"}]}}]}");
    }

    private Said list(Asked asked) {
        String filter = URLDecoder.decode(asked.query(), StandardCharsets.UTF_8);
        ObjectNode answer = Json.mapper().createObjectNode();
        for (ObjectNode job : jobs.values()) {
            String label = job.path("labels").path("tunedrop_order").asText();
            if (!late && filter.contains("labels.tunedrop_order=\"" + label + "\""))
                answer.withArray("/tuningJobs").add(job);
        }
        return said(answer);
    }

    private Said create(ObjectNode body) {
        for (String field : (Iterable<String>) body::fieldNames)
            if (!FIELDS.contains(field)) return complain("unknown field " + field);
        boolean pairs = body.has(PREFERENCES);
        if (pairs == body.has(SUPERVISED)) return complain("one specification is wanted");
        JsonNode spec = body.path(pairs ? PREFERENCES : SUPERVISED);
        for (String rows : List.of("trainingDatasetUri", "validationDatasetUri")) {
            String uri = spec.path(rows).asText("");
            if (!uri.isEmpty() && !objects.containsKey(uri.replaceFirst("gs://acme-rows/", "")))
                return complain("there is no " + uri);
        }
        JsonNode hyper = spec.path("hyperParameters");
        if (hyper.has("beta") != pairs) return complain("beta " + hyper);
        if (!hyper.path("epochCount").isIntegralNumber()
                || !hyper.path("adapterSize").asText().matches("ADAPTER_SIZE_(ONE|TWO|FOUR|EIGHT|SIXTEEN)"))
            return complain("hyperparameters " + hyper);
        body.path("labels").properties().forEach(label -> {
            if (!label.getValue().asText().matches("[a-z0-9_-]{0,63}")) complaints.add("label " + label);
        });
        String id = Integer.toString(jobs.size() + 1);
        ObjectNode job =
                body.deepCopy().put("name", JOBS.substring(4) + "/" + id).put("state", "JOB_STATE_PENDING");
        jobs.put(id, job);
        return said(job);
    }

    private static Said cancel(@Nullable ObjectNode job) {
        if (job == null) return no(404);
        if (job.path("state").asText().matches("JOB_STATE_(SUCCEEDED|FAILED|CANCELLED)")) return no(400);
        job.put("state", "JOB_STATE_CANCELLED");
        return new Said(200, "{}");
    }

    private Said complain(String what) {
        complaints.add(what);
        return no(400);
    }

    private static Said said(@Nullable ObjectNode object) {
        return object == null ? no(404) : new Said(200, Json.writeLine(object));
    }

    private static Said no(int status) {
        return new Said(
                status,
                "{\"error\":{\"code\":" + status + ",\"status\":\"NO\",\"message\":\"the row 'hush' is bad\"}}");
    }
}
