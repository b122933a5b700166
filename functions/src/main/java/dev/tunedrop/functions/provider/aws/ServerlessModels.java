package dev.tunedrop.functions.provider.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;

/// What SageMaker's serverless customisation calls things: `sagemaker.json`.
///
/// @param hyperParameters a setting of ours → its name there
record ServerlessModels(String source, LocalDate asOf, Map<String, String> hyperParameters, List<Model> models) {

    ServerlessModels {
        hyperParameters = Map.copyOf(hyperParameters);
        models = List.copyOf(models);
    }

    /// @param model as the catalogue calls it
    /// @param hub as SageMaker's public hub calls it
    /// @param licence one that a person has to accept; absent: none
    record Model(String model, String hub, @Nullable String licence) {

        /// @param group ARN of a model package group: it tells partition and region
        String arn(String group) {
            String[] parts = group.split(":", -1);
            return "arn:%s:sagemaker:%s:aws:hub-content/SageMakerPublicHub/Model/%s".formatted(parts[1], parts[3], hub);
        }
    }

    static ServerlessModels load() {
        try (InputStream in = Objects.requireNonNull(ServerlessModels.class.getResourceAsStream("sagemaker.json"))) {
            return Json.read(in.readAllBytes(), ServerlessModels.class, "sagemaker.json");
        } catch (IOException e) {
            throw new UncheckedIOException("sagemaker.json cannot be read", e);
        }
    }

    Optional<Model> find(String model) {
        return models.stream().filter(row -> row.model().equals(model)).findFirst();
    }

    Map<String, String> hyperParameters(RunSettings settings) {
        Map<String, Number> ours = Map.of(
                "epochs",
                settings.epochs(),
                "learningRate",
                settings.learningRate(),
                "rank",
                settings.rank(),
                "alpha",
                Math.round(settings.alpha()));
        Map<String, String> theirs = new LinkedHashMap<>();
        hyperParameters.forEach((name, there) -> theirs.put(there, String.valueOf(ours.get(name))));
        return theirs;
    }
}
