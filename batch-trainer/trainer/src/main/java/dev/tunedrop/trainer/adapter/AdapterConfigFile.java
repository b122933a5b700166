package dev.tunedrop.trainer.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.OuterModules;

/// `adapter_config.json` as PEFT writes it for a LoRA adapter. Its fields and their idle values are in the resource
/// `adapter-config.json` beside this class.
final class AdapterConfigFile {

    static final String NAME = "adapter_config.json";

    private AdapterConfigFile() {}

    /// @throws UserMistake for a kind of adapter that would not compute what it was trained to
    static LoraConfig read(Path directory, ModelConfig model) {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file))
            throw new UserMistake("%s has no %s. Name a directory with a PEFT adapter".formatted(directory, NAME));
        try {
            JsonNode config = Json.read(file, JsonNode.class);
            require(config.path("peft_type").asText("").equals("LORA"), file, "peft_type must be LORA");
            for (String variant : List.of("use_qalora", "fan_in_fan_out", "lora_bias"))
                require(!config.path(variant).asBoolean(false), file, variant + " is not supported");
            require(config.path("bias").asText("none").equals("none"), file, "bias is not supported");
            for (String field : List.of("rank_pattern", "alpha_pattern", "layers_to_transform", "layer_replication"))
                require(config.path(field).isEmpty(), file, field + " is not supported");
            for (JsonNode saved : config.path("modules_to_save"))
                require(
                        isTop(saved.asText(), model),
                        file,
                        "modules_to_save with \"" + saved.asText() + "\" is not supported");
            return new LoraConfig(
                    config.path("r").asInt(),
                    config.path("lora_alpha").asDouble(),
                    config.path("use_rslora").asBoolean(false),
                    config.path("use_dora").asBoolean(false),
                    config.path("lora_dropout").asDouble(0),
                    Targets.of(model).parse(targets(config.path("target_modules")), file + ": target_modules"));
        } catch (InvalidDocument e) {
            throw new UserMistake(e.getMessage() + ". Fetch the adapter again", e);
        } catch (IllegalArgumentException e) {
            throw new UserMistake("%s: %s. Fetch the adapter again".formatted(file, e.getMessage()), e);
        }
    }

    /// PEFT's own name for the head of any classifier is among the modules that it saves, whether there is one or not.
    private static boolean isTop(String module, ModelConfig model) {
        return !model.labels().isEmpty()
                && (module.equals("score") || tops(model).contains(module));
    }

    /// The classifier's head and its pooler, by the shortest names that PEFT takes for them alone.
    private static List<String> tops(ModelConfig model) {
        OuterModules.Classifier top = model.classifier();
        String pooler = top.pooler();
        String inner = pooler.substring(pooler.lastIndexOf('.', pooler.lastIndexOf('.') - 1) + 1);
        return List.of(top.head(), inner);
    }

    static String base(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file))
            throw new UserMistake("%s has no %s. Name a directory with a PEFT adapter".formatted(directory, NAME));
        return Json.read(file, JsonNode.class).path("base_model_name_or_path").asText("");
    }

    private static List<String> targets(JsonNode node) {
        if (node.isTextual()) return List.of(node.textValue());
        List<String> names = new ArrayList<>();
        node.forEach(name -> names.add(name.asText()));
        return names;
    }

    private static void require(boolean holds, Path file, String what) {
        if (!holds) throw new InvalidDocument("%s: %s here".formatted(file, what));
    }

    static byte[] bytes(LoraConfig config, ModelConfig model, String base) {
        ObjectNode document = template();
        document.put("base_model_name_or_path", base);
        document.put("r", config.rank());
        if (config.alpha() == Math.rint(config.alpha())) document.put("lora_alpha", (int) config.alpha());
        else document.put("lora_alpha", config.alpha());
        document.put("lora_dropout", config.dropout());
        document.put("use_rslora", config.rslora());
        document.put("use_dora", config.dora());
        ArrayNode targets = document.putArray("target_modules");
        Targets.of(model).names(config.targets()).forEach(targets::add);
        if (!model.labels().isEmpty()) {
            document.put("task_type", "SEQ_CLS");
            ArrayNode saved = document.putArray("modules_to_save");
            for (String module : tops(model)) saved.add(module);
        } else if (!model.architecture().causal()) {
            document.putNull("task_type");
        }
        return Json.bytes(document);
    }

    private static ObjectNode template() {
        try (InputStream in =
                Objects.requireNonNull(AdapterConfigFile.class.getResourceAsStream("adapter-config.json"))) {
            return (ObjectNode) Json.tree(in.readAllBytes(), "adapter-config.json");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the fields of " + NAME, e);
        }
    }
}
