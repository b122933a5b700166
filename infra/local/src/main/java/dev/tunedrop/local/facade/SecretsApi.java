package dev.tunedrop.local.facade;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.secrets.SecretFiles;

/// Secrets Manager's `GetSecretValue`.
final class SecretsApi implements ServiceApi {

    static final String TARGET = "secretsmanager";

    private final SecretFiles secrets;
    private final String arnPrefix;

    /// @param arnPrefix what a secret's ARN starts with
    SecretsApi(SecretFiles secrets, String arnPrefix) {
        this.secrets = secrets;
        this.arnPrefix = arnPrefix;
    }

    @Override
    public JsonNode answer(String operation, JsonNode request) {
        String name = request.path("SecretId").asText();
        try {
            String value = secrets.find(name)
                    .orElseThrow(() -> new ApiError(
                            "ResourceNotFoundException", "Secrets Manager can't find the specified secret."));
            ObjectNode answer = Json.mapper().createObjectNode();
            answer.put("ARN", arnPrefix + name).put("Name", name);
            answer.put(
                    "VersionId",
                    UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                            .toString());
            answer.put("SecretString", value);
            answer.putArray("VersionStages").add("AWSCURRENT");
            return answer;
        } catch (SecretFiles.Exposed e) {
            throw new ApiError("AccessDeniedException", e.getMessage() == null ? "" : e.getMessage());
        }
    }
}
