package dev.tunedrop.trainer.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.SafetensorsWriter.Tensor;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.weights.Checkpoint;

/// Which file holds which tensor, as transformers lays a large checkpoint out.
///
/// @param shards tensors of each file, in the order in which they came
record ShardPlan(List<List<Tensor>> shards) {

    /// A tensor that is larger than a shard has one of its own.
    static ShardPlan of(List<Tensor> tensors, long shardBytes) {
        List<List<Tensor>> shards = new ArrayList<>();
        long filled = 0;
        for (Tensor tensor : tensors) {
            long bytes = tensor.byteSize();
            if (shards.isEmpty() || filled + bytes > shardBytes) {
                shards.add(new ArrayList<>());
                filled = 0;
            }
            shards.getLast().add(tensor);
            filled += bytes;
        }
        return new ShardPlan(shards);
    }

    boolean single() {
        return shards.size() == 1;
    }

    /// `model-00001-of-00003.safetensors`
    String file(int shard) {
        if (single()) return Checkpoint.SINGLE;
        return String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, shards.size());
    }

    /// `model.safetensors.index.json`
    byte[] index() {
        ObjectNode index = Json.mapper().createObjectNode();
        long total = shards.stream()
                .flatMap(List::stream)
                .mapToLong(Tensor::byteSize)
                .sum();
        index.putObject("metadata").put("total_size", total);
        ObjectNode map = index.putObject("weight_map");
        for (int shard = 0; shard < shards.size(); shard++)
            for (Tensor tensor : shards.get(shard)) map.put(tensor.name(), file(shard));
        return Json.bytes(index);
    }
}
