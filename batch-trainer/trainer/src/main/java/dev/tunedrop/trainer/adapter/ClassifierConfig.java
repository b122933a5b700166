package dev.tunedrop.trainer.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.AtomicFile;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.weights.ModelConfig;

/// The `config.json` of a classifier: the base's own with the labels, as transformers writes it. It lies beside an
/// adapter too, since PEFT's own file has no place for labels.
public final class ClassifierConfig {

    private static final String SUFFIX = "ForSequenceClassification";

    private ClassifierConfig() {}

    /// @param directory of an adapter or of a whole model
    public static void write(Path directory, Path base, List<String> labels) throws IOException {
        ObjectNode config = Json.read(base.resolve(ModelConfig.FILE), ObjectNode.class);
        addLabels(config, labels);
        Files.createDirectories(directory);
        AtomicFile.write(directory.resolve(ModelConfig.FILE), Json.bytes(config));
    }

    /// Makes the configuration of a base that of a classifier.
    public static void addLabels(ObjectNode config, List<String> labels) {
        String type = config.path("model_type").asText();
        String family = type.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + type.substring(1);
        config.putArray("architectures").add(family + SUFFIX);
        config.put("problem_type", "single_label_classification");
        ObjectNode byId = config.putObject("id2label");
        ObjectNode byLabel = config.putObject("label2id");
        for (int id = 0; id < labels.size(); id++) {
            byId.put(String.valueOf(id), labels.get(id));
            byLabel.put(labels.get(id), id);
        }
    }
}
