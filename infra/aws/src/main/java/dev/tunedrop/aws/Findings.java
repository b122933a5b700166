package dev.tunedrop.aws;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;

/// Errors and warnings that aspects left in a cloud assembly. The CDK's command line refuses to deploy one with errors;
/// here warnings count too.
final class Findings {

    private static final Set<String> KINDS = Set.of("aws:cdk:error", "aws:cdk:warning");

    private Findings() {}

    static List<String> in(Path folder) {
        List<String> found = new ArrayList<>();
        JsonNode manifest = Json.read(folder.resolve("manifest.json"), JsonNode.class);
        for (JsonNode artifact : manifest.path("artifacts")) {
            collect(artifact.path("metadata"), found);
            String elsewhere = artifact.path("additionalMetadataFile").asText();
            Path file = folder.resolve(elsewhere);
            if (!elsewhere.isEmpty() && Files.exists(file)) collect(Json.read(file, JsonNode.class), found);
        }
        return found;
    }

    private static void collect(JsonNode metadata, List<String> found) {
        metadata.properties().forEach(place -> {
            for (JsonNode entry : place.getValue())
                if (KINDS.contains(entry.path("type").asText()))
                    found.add(place.getKey() + ": " + entry.path("data").asText());
        });
    }
}
