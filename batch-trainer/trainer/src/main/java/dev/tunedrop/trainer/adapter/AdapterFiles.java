package dev.tunedrop.trainer.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensor;
import dev.tunedrop.trainer.weights.WeightView;

/// An adapter directory in PEFT's layout: `adapter_config.json` beside `adapter_model.safetensors`.
public final class AdapterFiles {

    public static final String WEIGHTS = "adapter_model.safetensors";

    private AdapterFiles() {}

    /// The base model that an adapter says it was trained on; empty where it does not say.
    public static String base(Path directory) {
        return AdapterConfigFile.base(directory);
    }

    /// The model that an adapter makes of a base: with labels where the adapter is a classifier's.
    public static ModelConfig model(Path directory, ModelConfig base) {
        if (!Files.isRegularFile(directory.resolve(ModelConfig.FILE))) return base;
        List<String> labels = ModelConfig.read(directory).labels();
        return labels.isEmpty() ? base : base.withLabels(labels);
    }

    /// Reads an adapter that fits `model`.
    ///
    /// @throws UserMistake naming the file and what is missing, broken, not supported or does not fit
    public static LoraAdapter load(Path directory, ModelConfig model, NDManager manager) {
        LoraConfig config = AdapterConfigFile.read(directory, model);
        try (Safetensors file = Safetensors.open(directory.resolve(WEIGHTS))) {
            Set<String> left = new TreeSet<>(file.tensors().keySet());
            Map<String, Pair> pairs = new LinkedHashMap<>();
            for (LinearMap map : model.linearMaps()) {
                if (!config.targets().contains(map.projection())) continue;
                String a = LoraAdapter.aName(map.module());
                String b = LoraAdapter.bName(map.module());
                pairs.put(
                        map.module(),
                        new Pair(
                                tensor(file, left, a, manager, config.rank(), map.columns()),
                                tensor(file, left, b, manager, map.rows(), config.rank()),
                                config.dora()
                                        ? tensor(
                                                file,
                                                left,
                                                LoraAdapter.magnitudeName(map.module()),
                                                manager,
                                                map.rows())
                                        : null));
            }
            Map<String, NDArray> whole = new LinkedHashMap<>();
            for (ModelTensor top : LoraAdapter.tops(model)) {
                String name = LoraAdapter.wholeName(top.name());
                whole.put(top.name(), tensor(file, left, name, manager, top.shape()));
            }
            if (!left.isEmpty())
                throw new InvalidDocument("%s: holds %s, which belongs to no target of this base model"
                        .formatted(file.file(), left.iterator().next()));
            return new LoraAdapter(config, pairs, whole);
        } catch (InvalidDocument e) {
            throw new UserMistake(e.getMessage() + ". Use an adapter that was trained on this base model", e);
        }
    }

    private static NDArray tensor(Safetensors file, Set<String> left, String name, NDManager manager, long... shape) {
        WeightView view = WeightView.of(file, name);
        if (!Arrays.equals(view.shape(), shape))
            throw new InvalidDocument("%s: %s must be %s for this base model, was %s"
                    .formatted(file.file(), name, Arrays.toString(shape), Arrays.toString(view.shape())));
        file.requireFinite(name);
        left.remove(name);
        return manager.create(view.floats(), new Shape(shape));
    }

    /// Writes the masters in fp32, each file atomically; the bytes depend on the adapter alone.
    ///
    /// @param model that the adapter is of
    /// @param base the base model's name, for whoever loads the adapter
    public static void write(Path directory, LoraAdapter adapter, ModelConfig model, String base) throws IOException {
        Files.createDirectories(directory);
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        adapter.pairs().forEach((module, pair) -> {
            tensors.add(tensor(LoraAdapter.aName(module), pair.a()));
            tensors.add(tensor(LoraAdapter.bName(module), pair.b()));
            if (pair.magnitude() != null) tensors.add(tensor(LoraAdapter.magnitudeName(module), pair.magnitude()));
        });
        adapter.whole().forEach((name, master) -> tensors.add(tensor(LoraAdapter.wholeName(name), master)));
        SafetensorsWriter.write(directory.resolve(WEIGHTS), Map.of("format", "pt"), tensors);
        byte[] config = AdapterConfigFile.bytes(adapter.config(), model, base);
        AtomicFile.write(directory.resolve(AdapterConfigFile.NAME), config);
    }

    private static SafetensorsWriter.Tensor tensor(String name, NDArray master) {
        return SafetensorsWriter.Tensor.ofFloats(name, master.getShape().getShape(), master.toFloatArray());
    }
}
