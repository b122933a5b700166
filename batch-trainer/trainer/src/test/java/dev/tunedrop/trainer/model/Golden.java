package dev.tunedrop.trainer.model;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// What another implementation wrote about a padded batch, seen without its padding.
@SuppressWarnings("ArrayRecordComponent") // never compared
record Golden(Safetensors file, long[] ids, long[] mask, long[] labels, int rows, int width) implements AutoCloseable {

    /// Before the name of what the build carries itself.
    static final String OWN = "own:";

    /// Of shared data, or of a resource beside this class.
    static Path path(String name) {
        if (!name.startsWith(OWN)) return SharedData.path(name);
        try {
            return Path.of(Objects.requireNonNull(Golden.class.getResource(name.substring(OWN.length())), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Golden open(String name) {
        Safetensors file = Safetensors.open(path(name));
        long[] shape = file.tensor("input_ids").dimensions();
        return new Golden(
                file,
                SharedData.longs(file, file.tensors().containsKey(MASKED) ? MASKED : "input_ids"),
                SharedData.longs(file, "attention_mask"),
                SharedData.longs(file, "labels"),
                (int) shape[0],
                (int) shape[1]);
    }

    /// What an encoder is to fill in: its labels are of the tokens themselves, not of the next.
    private static final String MASKED = "masked_input_ids";

    /// All rows in one micro-batch.
    MicroBatch batch() {
        List<Integer> tokens = new ArrayList<>();
        List<Integer> targets = new ArrayList<>();
        int[] lengths = new int[rows];
        for (int row = 0; row < rows; row++) {
            for (int t = 0; t < width && mask[row * width + t] == 1; t++) {
                tokens.add((int) ids[row * width + t]);
                int wanted = row * width + (has(MASKED) ? t : t + 1);
                boolean inRow = has(MASKED) || t + 1 < width;
                long label = inRow && mask[wanted] == 1 ? labels[wanted] : -1;
                targets.add(label < 0 ? MicroBatch.NO_LOSS : (int) label);
                lengths[row]++;
            }
        }
        return new MicroBatch(ints(tokens), ints(targets), lengths);
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    /// A tensor (rows, width, …) without the padded positions.
    float[] unpadded(String name) {
        float[] all = SharedData.floats(file, name);
        int last = all.length / (rows * width);
        float[] kept = new float[(int) java.util.Arrays.stream(mask).sum() * last];
        int n = 0;
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] == 0) continue;
            System.arraycopy(all, i * last, kept, n, last);
            n += last;
        }
        return kept;
    }

    float[] floats(String name) {
        return SharedData.floats(file, name);
    }

    boolean has(String name) {
        return file.tensors().containsKey(name);
    }

    /// The adapter that the other implementation started from, out of this file.
    LoraAdapter adapter(ModelConfig model, int rank, double alpha, NDManager manager) {
        LoraConfig config = new LoraConfig(rank, alpha, false, 0, java.util.Set.of(Projection.values()));
        Map<String, LoraAdapter.Pair> pairs = new LinkedHashMap<>();
        for (LinearMap map : model.linearMaps()) {
            String module = map.module();
            pairs.put(
                    module,
                    new LoraAdapter.Pair(
                            manager.create(
                                    floats("lora_init." + LoraAdapter.aName(module)), new Shape(rank, map.columns())),
                            manager.create(
                                    floats("lora_init." + LoraAdapter.bName(module)), new Shape(map.rows(), rank))));
        }
        return new LoraAdapter(config, pairs);
    }

    @Override
    public void close() {
        file.close();
    }
}
