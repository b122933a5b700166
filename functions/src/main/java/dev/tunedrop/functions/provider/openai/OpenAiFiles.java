package dev.tunedrop.functions.provider.openai;

import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.Content;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.TrainingOrder.DataFile;
import dev.tunedrop.functions.provider.http.HttpAnswers;

/// Sees that an order's files are at the service. A file's name there holds the sum of its content, so one
/// that an earlier call has sent is used again.
final class OpenAiFiles {

    private static final long PART_BYTES = 64L << 20;

    private final OpenAiProfile profile;
    private final OpenAiApi api;
    private final Content content;
    private final HttpAnswers answers;

    OpenAiFiles(OpenAiProfile profile, OpenAiApi api, Content content) {
        this.profile = profile;
        this.api = api;
        this.content = content;
        this.answers = OpenAiApi.answers(profile.id());
    }

    record Sent(String train, @Nullable String validation) {}

    /// @throws SaysNo when the service does not want a file
    Sent send(TrainingOrder order) {
        String train = fileOf(order.train());
        DataFile heldOut = order.validation();
        return new Sent(train, heldOut == null ? null : fileOf(heldOut));
    }

    private String fileOf(DataFile file) {
        String name = "tunedrop-" + file.sha256() + ".jsonl";
        Optional<JsonNode> there = find(name, file.sizeBytes());
        JsonNode sent = there.isPresent() ? there.get() : upload(name, file);
        ready(sent);
        return sent.path("id").asText();
    }

    private Optional<JsonNode> find(String name, long sizeBytes) {
        ObjectNode list = answers.read("the list of files", () -> api.files("limit=10000&order=desc"));
        for (JsonNode file : list.path("data")) {
            boolean usable = !file.path("status").asText("").equals("error");
            if (usable
                    && file.path("filename").asText("").equals(name)
                    && file.path("bytes").asLong(-1) == sizeBytes) return Optional.of(file);
        }
        return Optional.empty();
    }

    private JsonNode upload(String name, DataFile file) {
        Supplier<InputStream> bytes = content.of(file);
        Long most = profile.uploadAboveBytes();
        if (most == null || file.sizeBytes() <= most)
            return answers.read("the file", () -> api.sendFile(name, file.sizeBytes(), bytes));
        String upload = answers.read("the upload", () -> api.beginUpload(name, file.sizeBytes()))
                .path("id")
                .asText();
        ObjectNode parts = Json.mapper().createObjectNode();
        ArrayNode ids = parts.putArray("part_ids");
        for (long start = 0; start < file.sizeBytes(); start += PART_BYTES) {
            long from = start;
            long length = Math.min(PART_BYTES, file.sizeBytes() - start);
            ids.add(answers.read("a part", () -> api.sendPart(upload, length, OpenAiApi.slice(bytes, from, length)))
                    .path("id")
                    .asText());
        }
        JsonNode whole = answers.read("the upload", () -> api.completeUpload(upload, parts))
                .path("file");
        if (whole.path("id").asText("").isEmpty())
            throw new TransientFailure(
                    profile.id() + ": the upload was completed without a file", new IllegalStateException(upload));
        return whole;
    }

    /// Some services look into a file before a job may name it.
    private void ready(JsonNode file) {
        if (!profile.waitsForFiles()) return;
        String id = file.path("id").asText();
        ObjectNode now = answers.read("the file", () -> api.file(id));
        switch (now.path("status").asText("")) {
            case "processed" -> {}
            case "error" -> throw new SaysNo("invalid-data", profile.id() + " found the file faulty");
            default ->
                throw new TransientFailure(
                        profile.id() + ": the file is still being looked at", new IllegalStateException(id));
        }
    }
}
