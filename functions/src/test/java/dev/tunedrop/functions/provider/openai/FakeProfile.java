package dev.tunedrop.functions.provider.openai;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.FaultyService.Asked;
import dev.tunedrop.functions.provider.faults.FaultyService.Said;

/// A service that speaks OpenAI's protocol in its own way. A field that it does not have is refused, and
/// remembered in [#complaints()].
final class FakeProfile implements FakeService {

    private static final String KEY = "not-a-real-key";
    private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]+)\"");

    /// How a service's own words differ.
    ///
    /// @param fields that a create must have, with how to reach the training file's id
    /// @param more fields that it may have
    /// @param first where a new job stands
    /// @param done where one that succeeded stands
    private record Words(
            String header, String key, String jobs, Set<String> fields, Set<String> more, String first, String done) {}

    private static final Map<String, Words> SERVICES = Map.of(
            "azure",
            new Words(
                    "api-key",
                    KEY,
                    "fine_tuning/jobs",
                    Set.of("model", "training_file", "suffix", "seed", "method"),
                    Set.of("validation_file", "trainingType"),
                    "pending",
                    "succeeded"),
            "bedrock-mantle",
            new Words(
                    "authorization",
                    "Bearer " + KEY,
                    "fine_tuning/jobs",
                    Set.of("model", "training_file", "suffix", "seed", "method"),
                    Set.of("validation_file"),
                    "validating_files",
                    "succeeded"),
            "together",
            new Words(
                    "authorization",
                    "Bearer " + KEY,
                    "fine-tunes",
                    Set.of("model", "training_file", "suffix", "n_epochs", "learning_rate", "training_type"),
                    Set.of(
                            "validation_file",
                            "n_evals",
                            "n_checkpoints",
                            "batch_size",
                            "warmup_ratio",
                            "training_method",
                            "max_seq_length"),
                    "pending",
                    "completed"),
            "mistral",
            new Words(
                    "authorization",
                    "Bearer " + KEY,
                    "fine_tuning/jobs",
                    Set.of("model", "training_files", "suffix", "hyperparameters", "auto_start"),
                    Set.of("validation_files", "integrations"),
                    "QUEUED",
                    "SUCCESS"));

    private final Words words;
    private final String service;
    private final Map<String, ObjectNode> files = new LinkedHashMap<>();
    private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private boolean lookedAt;

    FakeProfile(String service) {
        this.service = service;
        Words known = SERVICES.get(service);
        if (known == null) throw new IllegalArgumentException("no words of " + service);
        this.words = known;
    }

    static String key() {
        return KEY;
    }

    static Set<String> services() {
        return SERVICES.keySet();
    }

    @Override
    public String operation(Asked asked) {
        String kind = asked.path()
                .replaceFirst("^/v1/", "")
                .replaceFirst("^(fine_tuning/jobs|fine-tunes)", "jobs")
                .replaceFirst("/[a-z]+-\\d+", "/{id}");
        return asked.method() + " " + kind;
    }

    @Override
    public List<String> operationsOfASubmit() {
        return List.of("GET jobs", "GET files", "POST files", "POST jobs");
    }

    @Override
    public Map<String, String> settings(String address) {
        return Map.of("TUNEDROP_" + service.toUpperCase(Locale.ROOT).replace('-', '_') + "_URL", address + "v1/");
    }

    @Override
    public Map<String, String> secrets() {
        return Map.of("tunedrop/providers/" + service, KEY);
    }

    @Override
    public synchronized List<String> jobIds() {
        return List.copyOf(jobs.keySet());
    }

    @Override
    public synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public synchronized void succeed(String id) {
        ObjectNode job = jobs.get(id);
        if (job == null) throw new IllegalArgumentException("no job " + id);
        job.put("status", words.done()).put("fine_tuned_model", "tuned").put("output_name", "tuned");
        job.put("trained_tokens", TOKENS).put("token_count", TOKENS);
    }

    @Override
    public synchronized Said answer(Asked asked) {
        if (!words.key().equals(asked.headers().get(words.header()))) return complain(401, "another key");
        String id = asked.path().replaceFirst(".*/([a-z]+-\\d+).*", "$1");
        return switch (operation(asked)) {
            case "GET files" -> list(files);
            case "POST files" -> upload(asked);
            case "GET files/{id}" -> ready(files.get(id));
            case "GET jobs" -> list(jobs);
            case "POST jobs" -> create(asked);
            case "GET jobs/{id}" -> said(jobs.get(id));
            case "GET jobs/{id}/checkpoints" -> list(Map.of());
            case "POST chat/completions" ->
                new Said(200, "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"" + ANSWER + "\"}}]}");
            default -> complain(404, "no operation " + operation(asked));
        };
    }

    private Said upload(Asked asked) {
        Matcher name = FILE_NAME.matcher(asked.text());
        if (!asked.text().contains("fine-tune") || !name.find()) return complain(400, "a file without purpose or name");
        int start = asked.text().indexOf("\r\n\r\n", name.end()) + 4;
        String rows = asked.text().substring(start, asked.text().lastIndexOf("\r\n--"));
        String id = "file-" + (files.size() + 1);
        ObjectNode file = Json.mapper()
                .createObjectNode()
                .put("id", id)
                .put("filename", name.group(1))
                .put("bytes", rows.getBytes(StandardCharsets.UTF_8).length)
                .put("status", "pending");
        files.put(id, file);
        return said(file);
    }

    /// A file is looked into for a while.
    private Said ready(@Nullable ObjectNode file) {
        if (file != null && lookedAt) file.put("status", "processed");
        lookedAt = true;
        return said(file);
    }

    private Said create(Asked asked) {
        if (!asked.path().equals("/v1/" + words.jobs())) return complain(404, "no " + asked.path());
        ObjectNode body = (ObjectNode) Json.tree(asked.body(), "job");
        for (String field : words.fields()) if (!body.has(field)) return complain(400, service + " needs " + field);
        for (String field : (Iterable<String>) body::fieldNames)
            if (!words.fields().contains(field) && !words.more().contains(field))
                return complain(400, service + " knows no " + field);
        JsonNode file = body.has("training_files") ? body.at("/training_files/0/file_id") : body.path("training_file");
        ObjectNode rows = files.get(file.asText());
        if (rows == null) return complain(400, "no file " + file);
        if (service.equals("azure") && !rows.path("status").asText().equals("processed"))
            return complain(400, "the file is still being looked into");
        String id = "job-" + (jobs.size() + 1);
        ObjectNode job = Json.mapper().createObjectNode().put("id", id).put("status", words.first());
        job.set("suffix", body.path("suffix"));
        jobs.put(id, job);
        return said(job);
    }

    private static Said list(Map<String, ObjectNode> things) {
        ObjectNode list = Json.mapper().createObjectNode();
        list.putArray("data").addAll(things.values());
        return said(list);
    }

    private Said complain(int status, String what) {
        complaints.add(what);
        return new Said(status, "{\"error\":{\"code\":\"invalid_request_error\",\"message\":\"no\"}}");
    }

    private static Said said(@Nullable ObjectNode object) {
        return object == null
                ? new Said(404, "{\"error\":{\"code\":\"not_found\",\"message\":\"no\"}}")
                : new Said(200, Json.writeLine(object));
    }
}
