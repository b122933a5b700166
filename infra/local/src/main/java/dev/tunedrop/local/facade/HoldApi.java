package dev.tunedrop.local.facade;

import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.batch.BatchException;
import dev.tunedrop.local.batch.BatchService;

/// The one operation that is ours and not AWS's: making jobs wait, and go on.
final class HoldApi implements ServiceApi {

    static final Map<String, String> PATHS =
            Map.of("/v1/tunedrop/hold", "HoldJobs", "/v1/tunedrop/release", "ReleaseJobs");

    private final BatchService batch;

    HoldApi(BatchService batch) {
        this.batch = batch;
    }

    @Override
    public JsonNode answer(String operation, JsonNode request) {
        String name = request.path("jobName").asText();
        try {
            switch (operation) {
                case "HoldJobs" -> batch.hold(name);
                case "ReleaseJobs" -> batch.release(name);
                default -> throw new IllegalStateException("rules let through " + operation);
            }
            return Json.mapper().createObjectNode();
        } catch (BatchException e) {
            throw new ApiError("ClientException", e.getMessage() == null ? "" : e.getMessage());
        }
    }
}
