package dev.tunedrop.trainer.weights;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.artefact.TensorInfo;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// The tensors of a Hugging Face checkpoint: `model.safetensors`, or the shards that `model.safetensors.index.json`
/// names. Files are mapped; nothing is read before it is asked for.
public final class Checkpoint implements AutoCloseable {

    public static final String SINGLE = "model.safetensors";
    public static final String INDEX = "model.safetensors.index.json";

    private final Path directory;
    private final Map<String, Safetensors> fileOf;
    private final List<Safetensors> files;

    private Checkpoint(Path directory, Map<String, Safetensors> fileOf, List<Safetensors> files) {
        this.directory = directory;
        this.fileOf = fileOf;
        this.files = files;
    }

    /// @throws UserMistake naming the file that is missing or broken
    public static Checkpoint open(Path directory) {
        List<Safetensors> files = new ArrayList<>();
        try {
            Map<String, Safetensors> fileOf = new TreeMap<>();
            if (Files.isRegularFile(directory.resolve(INDEX))) openShards(directory, files, fileOf);
            else if (Files.isRegularFile(directory.resolve(SINGLE))) {
                Safetensors file = Safetensors.open(directory.resolve(SINGLE));
                files.add(file);
                file.tensors().keySet().forEach(name -> fileOf.put(name, file));
            } else {
                throw new UserMistake(
                        "%s has neither %s nor %s. Name a directory with a Hugging Face model in safetensors"
                                .formatted(directory, SINGLE, INDEX));
            }
            return new Checkpoint(directory, fileOf, List.copyOf(files));
        } catch (InvalidDocument e) {
            files.forEach(Safetensors::close);
            throw new UserMistake(withRemedy(e), e);
        } catch (UserMistake e) {
            files.forEach(Safetensors::close);
            throw e;
        }
    }

    private static void openShards(Path directory, List<Safetensors> files, Map<String, Safetensors> fileOf) {
        Path index = directory.resolve(INDEX);
        JsonNode map = Json.read(index, JsonNode.class).path("weight_map");
        if (!map.isObject() || map.isEmpty()) throw new InvalidDocument(index + ": has no weight_map");
        Map<String, Safetensors> byName = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String shard = entry.getValue().asText();
            if (shard.isEmpty() || shard.contains("/") || shard.contains("\\"))
                throw new InvalidDocument("%s: %s names \"%s\", which is no file beside the index"
                        .formatted(index, entry.getKey(), shard));
            Safetensors file = byName.get(shard);
            if (file == null) {
                file = Safetensors.open(directory.resolve(shard));
                byName.put(shard, file);
                files.add(file);
            }
            if (!file.tensors().containsKey(entry.getKey()))
                throw new InvalidDocument(
                        "%s: %s should be in %s and is not there".formatted(index, entry.getKey(), shard));
            fileOf.put(entry.getKey(), file);
        }
    }

    public boolean has(String name) {
        return fileOf.containsKey(name);
    }

    /// A tensor of a model, under whichever of its names the checkpoint has it. With a tied head some checkpoints keep
    /// the embedding under the head's name alone.
    ///
    /// @throws UserMistake naming tensor and file
    public WeightView get(ModelTensor tensor, ModelConfig config) {
        return get(nameOf(tensor, config).orElse(tensor.name()), tensor.shape());
    }

    /// A tensor that a checkpoint may lack; absent also where it is of another shape, made for other labels.
    public Optional<WeightView> find(ModelTensor tensor, ModelConfig config) {
        return nameOf(tensor, config)
                .filter(name -> Arrays.equals(
                        Objects.requireNonNull(fileOf.get(name)).tensor(name).dimensions(), tensor.shape()))
                .map(name -> get(name, tensor.shape()));
    }

    /// The name under which the checkpoint has a tensor of a model, if it has it.
    public Optional<String> nameOf(ModelTensor tensor, ModelConfig config) {
        List<String> names = new ArrayList<>();
        names.add(tensor.name());
        names.addAll(config.architecture().aliases(tensor.name()));
        OuterModules outer = config.architecture().outer();
        if (config.tiedHead() && tensor.name().equals(outer.tokens() + ".weight")) names.add(outer.head() + ".weight");
        return names.stream().filter(this::has).findFirst();
    }

    /// Type and shape of a tensor that the checkpoint has, whatever it holds.
    public TensorInfo info(String name) {
        return Objects.requireNonNull(fileOf.get(name), name).tensor(name);
    }

    /// The bytes of a tensor that the checkpoint has, as they are.
    public MemorySegment bytes(String name) {
        return Objects.requireNonNull(fileOf.get(name), name).bytes(name);
    }

    /// Every tensor by name.
    public Set<String> names() {
        return Collections.unmodifiableSet(fileOf.keySet());
    }

    /// One tensor, checked for its shape and for values that are no numbers.
    ///
    /// @throws UserMistake naming tensor and file
    public WeightView get(String name, long... shape) {
        WeightView view = unread(name, shape);
        try {
            Objects.requireNonNull(fileOf.get(name), name).requireFinite(name);
        } catch (InvalidDocument e) {
            throw new UserMistake(String.valueOf(e.getMessage()), e);
        }
        return view;
    }

    /// The same, its values not looked at yet: for one who reads them all once and asks [#get] when they are not
    /// finite.
    public WeightView unread(ModelTensor tensor, ModelConfig config) {
        return unread(nameOf(tensor, config).orElse(tensor.name()), tensor.shape());
    }

    private WeightView unread(String name, long... shape) {
        Safetensors file = fileOf.get(name);
        if (file == null)
            throw new UserMistake(
                    "%s: the checkpoint has no tensor %s. Fetch the base model again".formatted(directory, name));
        WeightView view = WeightView.of(file, name);
        view.mustBe(shape);
        return view;
    }

    @Override
    public void close() {
        files.forEach(Safetensors::close);
    }

    /// A file that is cut short says so itself and what to do; other faults do not.
    private static String withRemedy(InvalidDocument e) {
        String fault = String.valueOf(e.getMessage());
        return fault.endsWith("again") ? fault : fault + ". Fetch the base model again";
    }
}
