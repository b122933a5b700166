package dev.tunedrop.functions.provider.openai;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.faults.FaultyService.Asked;
import dev.tunedrop.functions.provider.faults.FaultyService.Said;

/// A service with OpenAI's protocol that keeps state. A request that the protocol does not allow is refused, and
/// remembered in [#complaints()], so that a test which only looks at the outcome does not miss it.
public final class FakeOpenAi implements FakeService {

    public static final String KEY = "sk-not-a-real-key";
    public static final String WEBHOOK_SECRET = "whsec_bm90IGEgcmVhbCBzZWNyZXQ=";

    private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]+)\"");

    private final RequestSchema schema;
    private final Map<String, ObjectNode> files = new LinkedHashMap<>();
    private final Map<String, Long> parts = new LinkedHashMap<>();
    private final Map<String, ObjectNode> uploads = new LinkedHashMap<>();
    private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
    /// Of each job, the newest first.
    private final Map<String, ArrayDeque<ObjectNode>> events = new HashMap<>();

    private final List<String> complaints = new ArrayList<>();
    private String lastFile = "";
    private int asked;
    private int number;
    private int jobsPerPage = Integer.MAX_VALUE;

    public FakeOpenAi(RequestSchema schema) {
        this.schema = schema;
    }

    @Override
    public String operation(Asked asked) {
        String kind = asked.path().replaceFirst("^/v1/", "").replaceAll("/(ftjob|file|upload)-\\d+", "/{id}");
        if (kind.startsWith("models/")) kind = "models/{id}";
        return asked.method() + " " + kind;
    }

    @Override
    public List<String> operationsOfASubmit() {
        return List.of("GET fine_tuning/jobs", "GET models/{id}", "GET files", "POST files", "POST fine_tuning/jobs");
    }

    @Override
    public Map<String, String> settings(String address) {
        return Map.of("TUNEDROP_OPENAI_URL", address + "v1/");
    }

    @Override
    public Map<String, String> secrets() {
        return Map.of("tunedrop/providers/openai", KEY, "tunedrop/providers/openai-webhook", WEBHOOK_SECRET);
    }

    /// Starts one and serves until the process ends.
    public static void main(String[] args) throws InterruptedException {
        try (FaultyService service = new FaultyService(new FakeOpenAi(RequestSchema.published()))) {
            System.out.println(service.address() + "v1/ with the key " + KEY);
            Thread.currentThread().join();
        }
    }

    @Override
    public synchronized List<String> jobIds() {
        return List.copyOf(jobs.keySet());
    }

    /// Lets a job train up to a step, and tells of it.
    public synchronized void train(String id, long step, long steps, double loss) {
        job(id).put("status", "running");
        ObjectNode event = object("fine_tuning.job.event", "ftevent-" + ++number);
        event.put("level", "info")
                .put("message", "Step " + step)
                .put("type", "metrics")
                .putObject("data")
                .put("step", step)
                .put("total_steps", steps)
                .put("train_loss", loss);
        events.computeIfAbsent(id, job -> new ArrayDeque<>()).addFirst(event);
    }

    @Override
    public void succeed(String id) {
        succeed(id, "ft:gpt-4.1-mini:" + id, TOKENS);
    }

    public synchronized void succeed(String id, String model, long tokens) {
        job(id).put("status", "succeeded").put("fine_tuned_model", model).put("trained_tokens", tokens);
    }

    /// Ends a job badly, with a sentence that quotes a row, as services do.
    public synchronized void fail(String id, String code) {
        job(id).put("status", "failed").putObject("error").put("code", code).put("message", "the row 'hush' is bad");
    }

    /// A webhook about a job, signed as the service signs: headers by their lower-case names, and the body.
    public static Map<String, String> signed(String delivery, Instant at, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(WEBHOOK_SECRET.substring(6)), "HmacSHA256"));
            byte[] sum =
                    mac.doFinal((delivery + "." + at.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8));
            return Map.of(
                    "webhook-id",
                    delivery,
                    "webhook-timestamp",
                    Long.toString(at.getEpochSecond()),
                    "webhook-signature",
                    "v1," + Base64.getEncoder().encodeToString(sum));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static String news(String jobId, String type) {
        return "{\"id\":\"evt_1\",\"object\":\"event\",\"created_at\":1,\"type\":\"fine_tuning.job." + type
                + "\",\"data\":{\"id\":\"" + jobId + "\"}}";
    }

    synchronized void listJobsInPagesOf(int jobs) {
        jobsPerPage = jobs;
    }

    public synchronized ObjectNode job(String id) {
        ObjectNode job = jobs.get(id);
        if (job == null) throw new IllegalArgumentException("no job " + id);
        return job;
    }

    @Override
    public synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    /// Requests of any kind.
    public synchronized int asked() {
        return asked;
    }

    /// What was last uploaded.
    public synchronized String lastFile() {
        return lastFile;
    }

    synchronized int files() {
        return files.size();
    }

    @Override
    public synchronized Said answer(Asked asked) {
        this.asked++;
        if (!("Bearer " + KEY).equals(asked.headers().get("authorization"))) return refused(401, "invalid_api_key");
        return switch (operation(asked)) {
            case "GET files" -> list(files.values().stream().toList(), false);
            case "POST files" -> newFile(asked);
            case "POST uploads" -> newUpload(asked);
            case "POST uploads/{id}/parts" -> newPart(asked);
            case "POST uploads/{id}/complete" -> complete(asked);
            case "GET models/{id}" -> said(model(asked.path()));
            case "GET fine_tuning/jobs" -> jobList(asked.query());
            case "POST fine_tuning/jobs" -> newJob(asked);
            case "GET fine_tuning/jobs/{id}" -> oneJob(asked, "");
            case "POST fine_tuning/jobs/{id}/cancel" -> oneJob(asked, "cancelled");
            case "GET fine_tuning/jobs/{id}/events" ->
                list(List.copyOf(events.getOrDefault(id(asked.path()), new ArrayDeque<>())), false);
            case "POST chat/completions" -> chat(asked);
            case "GET fine_tuning/jobs/{id}/checkpoints" -> list(List.of(checkpoint()), false);
            default -> complain(404, "no such operation: " + operation(asked));
        };
    }

    private Said newFile(Asked asked) {
        String text = asked.text();
        Matcher name = FILE_NAME.matcher(text);
        if (!text.contains("name=\"purpose\"\r\n\r\nfine-tune\r\n") || !name.find())
            return complain(400, "a file without purpose or name");
        int start = text.indexOf("\r\n\r\n", name.end()) + 4;
        int end = text.indexOf("\r\n" + text.substring(0, text.indexOf("\r\n")), start);
        lastFile = text.substring(start, end);
        return said(file(name.group(1), lastFile.getBytes(StandardCharsets.UTF_8).length));
    }

    private ObjectNode file(String name, long bytes) {
        ObjectNode file = object("file", "file-" + ++number);
        file.put("filename", name)
                .put("bytes", bytes)
                .put("purpose", "fine-tune")
                .put("status", "processed");
        file.put("created_at", 1_700_000_000L + number);
        files.put(file.path("id").asText(), file);
        return file;
    }

    private Said newUpload(Asked asked) {
        JsonNode body = Json.tree(asked.body(), "upload");
        List<String> faults = schema.check("CreateUploadRequest", body);
        if (!faults.isEmpty()) return complain(400, "upload: " + faults);
        ObjectNode upload = object("upload", "upload-" + ++number);
        upload.put("bytes", body.path("bytes").asLong())
                .put("filename", body.path("filename").asText());
        uploads.put(upload.path("id").asText(), upload);
        return said(upload);
    }

    private Said newPart(Asked asked) {
        ObjectNode part = object("upload.part", "part-" + ++number);
        String text = asked.text();
        int start = text.indexOf("\r\n\r\n") + 4;
        parts.put(part.path("id").asText(), (long) text.lastIndexOf("\r\n--") - start);
        return said(part);
    }

    private Said complete(Asked asked) {
        ObjectNode upload = uploads.get(id(asked.path()));
        if (upload == null) return refused(404, "not_found");
        long sum = 0;
        for (JsonNode id : Json.tree(asked.body(), "complete").path("part_ids"))
            sum += parts.getOrDefault(id.asText(), 0L);
        if (sum != upload.path("bytes").asLong()) return complain(400, "the parts have " + sum + " bytes");
        upload.set("file", file(upload.path("filename").asText(), sum));
        return said(upload);
    }

    private Said newJob(Asked asked) {
        JsonNode body = Json.tree(asked.body(), "job");
        List<String> faults = schema.check("CreateFineTuningJobRequest", body);
        if (!faults.isEmpty()) return complain(400, "job: " + faults);
        if (!files.containsKey(body.path("training_file").asText())) return complain(400, "no such training file");
        ObjectNode job = object("fine_tuning.job", "ftjob-" + ++number);
        job.put("status", "validating_files").put("model", body.path("model").asText());
        job.putNull("fine_tuned_model").putNull("trained_tokens").putNull("error");
        job.set("metadata", body.path("metadata"));
        job.put("user_provided_suffix", body.path("suffix").asText());
        jobs.put(job.path("id").asText(), job);
        return said(job);
    }

    private Said chat(Asked asked) {
        JsonNode body = Json.tree(asked.body(), "chat");
        String model = body.path("model").asText();
        if (!body.path("messages").isArray() || body.path("messages").isEmpty())
            return complain(400, "a question without messages");
        if (jobs.values().stream()
                .noneMatch(job -> job.path("fine_tuned_model").asText("").equals(model)))
            return refused(404, "model_not_found");
        ObjectNode answer = object("chat.completion", "chatcmpl-" + ++number);
        answer.putArray("choices")
                .addObject()
                .putObject("message")
                .put("role", "assistant")
                .put("content", ANSWER);
        return said(answer);
    }

    private Said oneJob(Asked asked, String status) {
        ObjectNode job = jobs.get(id(asked.path()));
        if (job == null) return refused(404, "not_found");
        if (!status.isEmpty()) {
            if (job.path("status").asText().equals("succeeded")) return refused(400, "job_ended");
            job.put("status", status);
        }
        return said(job);
    }

    private Said jobList(String query) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
        List<ObjectNode> found = jobs.values().stream()
                .filter(job -> fields.entrySet().stream()
                        .filter(f -> f.getKey().startsWith("metadata["))
                        .allMatch(f -> job.path("metadata")
                                .path(f.getKey().substring(9, f.getKey().length() - 1))
                                .asText()
                                .equals(f.getValue())))
                .toList();
        int from = 0;
        for (int i = 0; i < found.size(); i++)
            if (found.get(i).path("id").asText().equals(fields.get("after"))) from = i + 1;
        int to = Math.min(found.size(), from + jobsPerPage);
        return list(found.subList(from, to), to < found.size());
    }

    private ObjectNode model(String path) {
        ObjectNode model = object("model", path.substring(path.lastIndexOf('/') + 1));
        model.put("shutdown_date", path.endsWith("retired") ? "2020-01-01" : "2099-01-14");
        return model;
    }

    private ObjectNode checkpoint() {
        ObjectNode checkpoint = object("fine_tuning.job.checkpoint", "ftckpt-1");
        checkpoint.put("step_number", 10).putObject("metrics").put("full_valid_loss", 0.25);
        return checkpoint;
    }

    private Said list(List<ObjectNode> data, boolean more) {
        ObjectNode list = Json.mapper().createObjectNode().put("object", "list").put("has_more", more);
        ArrayNode array = list.putArray("data");
        data.forEach(array::add);
        return said(list);
    }

    private Said complain(int status, String what) {
        complaints.add(what);
        return refused(status, "invalid_request_error");
    }

    private static Said refused(int status, String code) {
        return new Said(status, "{\"error\":{\"code\":\"" + code + "\",\"type\":\"" + code + "\",\"message\":\"no\"}}");
    }

    private static Said said(ObjectNode object) {
        return new Said(200, Json.writeLine(object));
    }

    private static ObjectNode object(String kind, String id) {
        return Json.mapper().createObjectNode().put("object", kind).put("id", id);
    }

    private static String id(String path) {
        Matcher id = Pattern.compile("/((?:ftjob|file|upload)-\\d+)").matcher(path);
        return id.find() ? id.group(1) : "";
    }

    private static String decoded(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }
}
