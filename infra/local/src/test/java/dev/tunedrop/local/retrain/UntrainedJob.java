package dev.tunedrop.local.retrain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.events.artefact.SafetensorsWriter.Tensor;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.load.InstantJob;

/// A training job that is through at once and leaves an adapter which the real endpoint loads: of rank 1 on the
/// queries of every layer, with B = 0, so that it changes nothing; A tells one run's from another's.
public final class UntrainedJob extends InstantJob {

    private static final Path BASE =
            Path.of(System.getProperty("tunedrop.root")).resolve("models").resolve("tunedrop-tiny");

    @Override
    protected byte[] config(String runId) {
        ObjectNode config = Json.mapper().createObjectNode().put("peft_type", "LORA");
        config.put("base_model_name_or_path", "tunedrop-tiny").put("r", 1).put("lora_alpha", 1);
        config.putArray("target_modules").add("q_proj");
        return Json.bytes(config);
    }

    @Override
    protected byte[] weights(String runId) {
        JsonNode base = Json.read(BASE.resolve("config.json"), JsonNode.class);
        int width = base.path("hidden_size").asInt();
        int queries =
                base.path("num_attention_heads").asInt() * base.path("head_dim").asInt();
        float[] a = new float[width];
        Arrays.fill(a, 1f / (1 + Math.floorMod(runId.hashCode(), 1_000_003)));
        List<Tensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < base.path("num_hidden_layers").asInt(); layer++) {
            String module = "base_model.model.model.layers.%d.self_attn.q_proj.".formatted(layer);
            tensors.add(Tensor.ofFloats(module + "lora_A.weight", new long[] {1, width}, a));
            tensors.add(Tensor.ofFloats(module + "lora_B.weight", new long[] {queries, 1}, new float[queries]));
        }
        return bytes(tensors);
    }

    private static byte[] bytes(List<Tensor> tensors) {
        try {
            Path file = Files.createTempFile("adapter", ".safetensors");
            SafetensorsWriter.write(file, Map.of("format", "pt"), tensors);
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write an adapter", e);
        }
    }
}
