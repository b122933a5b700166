package dev.tunedrop.trainer.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.AtomicFile;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.trainer.adapter.LoraAdapter.Pair;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;
import dev.tunedrop.trainer.weights.WeightView;

/// An adapter directory in PEFT's layout: `adapter_config.json` beside `adapter_model.safetensors`.
public final class AdapterFiles {

    public static final String WEIGHTS = "adapter_model.safetensors";

    private AdapterFiles() {}

    /// Reads an adapter that fits `model`.
    ///
    /// @throws UserMistake naming the file and what is missing, broken, not supported or does not fit
    public static LoraAdapter load(Path directory, ModelConfig model, NDManager manager) {
        LoraConfig config = AdapterConfigFile.read(directory);
        try (Safetensors file = Safetensors.open(directory.resolve(WEIGHTS))) {
            Set<String> left = new TreeSet<>(file.tensors().keySet());
            Map<String, Pair> pairs = new LinkedHashMap<>();
            for (int layer = 0; layer < model.layers(); layer++) {
                for (Projection projection : Projection.values()) {
                    if (!config.targets().contains(projection)) continue;
                    String module = projection.module(layer);
                    pairs.put(
                            module,
                            new Pair(
                                    tensor(
                                            file,
                                            left,
                                            LoraAdapter.aName(module),
                                            manager,
                                            config.rank(),
                                            projection.columns(model)),
                                    tensor(
                                            file,
                                            left,
                                            LoraAdapter.bName(module),
                                            manager,
                                            projection.rows(model),
                                            config.rank())));
                }
            }
            if (!left.isEmpty())
                throw new InvalidDocument("%s: holds %s, which belongs to no target of this base model"
                        .formatted(file.file(), left.iterator().next()));
            return new LoraAdapter(config, pairs);
        } catch (InvalidDocument e) {
            throw new UserMistake(e.getMessage() + ". Use an adapter that was trained on this base model", e);
        }
    }

    private static NDArray tensor(
            Safetensors file, Set<String> left, String name, NDManager manager, long rows, long columns) {
        WeightView view = WeightView.of(file, name);
        view.mustBe(rows, columns);
        file.requireFinite(name);
        left.remove(name);
        return manager.create(view.floats(), new Shape(rows, columns));
    }

    /// Writes the masters in fp32, each file atomically; the bytes depend on the adapter alone.
    ///
    /// @param base the base model's name, for whoever loads the adapter
    public static void write(Path directory, LoraAdapter adapter, String base) throws IOException {
        Files.createDirectories(directory);
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        adapter.pairs().forEach((module, pair) -> {
            tensors.add(tensor(LoraAdapter.aName(module), pair.a()));
            tensors.add(tensor(LoraAdapter.bName(module), pair.b()));
        });
        SafetensorsWriter.write(directory.resolve(WEIGHTS), Map.of("format", "pt"), tensors);
        byte[] config = AdapterConfigFile.bytes(adapter.config(), base);
        AtomicFile.write(directory.resolve(AdapterConfigFile.NAME), config);
    }

    private static SafetensorsWriter.Tensor tensor(String name, NDArray master) {
        return SafetensorsWriter.Tensor.ofFloats(name, master.getShape().getShape(), master.toFloatArray());
    }
}
