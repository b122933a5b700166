package dev.tunedrop.trainer.merge;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.AtomicFile;
import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.events.artefact.SafetensorsWriter.Tensor;
import dev.tunedrop.events.artefact.TensorInfo;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.run.ModelDirectory;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensor;
import dev.tunedrop.trainer.weights.ModelTensors;

/// Writes a base with an adapter merged into it as a directory in Hugging Face layout.
///
/// @param type of the floating-point tensors written: BF16, F16 or F32
/// @param shardBytes most that a file may hold
/// @param ontoNf4 whether the adapter is merged onto what the base's NF4 form opens to
public record Merge(Path base, Path adapter, Path out, DType type, long shardBytes, boolean ontoNf4) {

    /// @param bytes of all of them
    public record Written(int tensors, int merged, int files, long bytes) {}

    /// @param manager on the CPU
    public Written run(NDManager manager) throws IOException {
        refuseOtherBase();
        refuseFilled();
        ModelConfig config = AdapterFiles.model(adapter, ModelConfig.read(base));
        LoraAdapter lora = AdapterFiles.load(adapter, config, manager);
        try (Checkpoint checkpoint = Checkpoint.open(base)) {
            List<Tensor> tensors = tensors(checkpoint, config, lora, manager);
            ShardPlan plan = ShardPlan.of(tensors, shardBytes);
            ModelDirectory.describe(base, out, config.labels(), type);
            long bytes = 0;
            for (int shard = 0; shard < plan.shards().size(); shard++) {
                Path file = out.resolve(plan.file(shard));
                SafetensorsWriter.write(
                        file, Map.of("format", "pt"), plan.shards().get(shard));
                bytes += Files.size(file);
            }
            if (!plan.single()) AtomicFile.write(out.resolve(Checkpoint.INDEX), plan.index());
            return new Written(
                    tensors.size(), lora.pairs().size(), plan.shards().size(), bytes);
        }
    }

    private void refuseOtherBase() {
        String named = AdapterFiles.base(adapter);
        String here = lastPart(base.toAbsolutePath().normalize().toString());
        if (!named.isBlank() && !lastPart(named).equals(here))
            throw new UserMistake(
                    "The adapter in %s was trained on %s, and --base is %s. Name the base that it was trained on; if this is the same, give its directory that name."
                            .formatted(adapter, lastPart(named), here));
    }

    private static String lastPart(String path) {
        String trimmed = path.replaceAll("[/\\\\]+$", "");
        return trimmed.substring(Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\')) + 1);
    }

    private void refuseFilled() throws IOException {
        if (!Files.isDirectory(out)) return;
        try (Stream<Path> files = Files.list(out)) {
            if (files.findAny().isPresent())
                throw new UserMistake("The directory %s is not empty. Choose another --out.".formatted(out));
        }
    }

    /// What to write, in the order of the model and then of the names that it does not know.
    private List<Tensor> tensors(Checkpoint checkpoint, ModelConfig config, LoraAdapter lora, NDManager manager) {
        Map<String, LinearMap> maps = new HashMap<>();
        List<String> order = new ArrayList<>();
        List<Tensor> tensors = new ArrayList<>();
        for (ModelTensor tensor : ModelTensors.of(config)) {
            NDArray whole = lora.whole().get(tensor.name());
            if (whole != null) tensors.add(whole(tensor.name(), whole));
            checkpoint.nameOf(tensor, config).filter(name -> whole == null).ifPresent(name -> {
                order.add(name);
                if (tensor.map() != null) maps.put(name, tensor.map());
            });
        }
        for (String name : checkpoint.names())
            if (!order.contains(name) && !lora.whole().containsKey(name)) order.add(name);
        for (String name : order) tensors.add(tensor(checkpoint, name, maps.get(name), lora, manager));
        return tensors;
    }

    private Tensor whole(String name, NDArray master) {
        return Tensor.of(name, type, master.getShape().getShape(), channel -> {
            try (NDManager scope = master.getManager().newSubManager()) {
                NDArray wide = scope.create(master.toFloatArray(), master.getShape());
                copy(MergedWeight.rounded(name, wide, type), channel);
            }
        });
    }

    private Tensor tensor(
            Checkpoint checkpoint, String name, @Nullable LinearMap map, LoraAdapter lora, NDManager manager) {
        TensorInfo info = checkpoint.info(name);
        if (!isFloating(info.dtype())) return Tensor.of(name, info.dtype(), info.dimensions(), checkpoint.bytes(name));
        LoraAdapter.Pair pair = map == null ? null : lora.pair(map.module());
        return Tensor.of(name, type, info.dimensions(), channel -> {
            try (NDManager scope = manager.newSubManager()) {
                MergedWeight weight = new MergedWeight(
                        checkpoint.get(name, info.dimensions()),
                        pair,
                        lora.config().scale(),
                        ontoNf4 && map != null);
                copy(weight.value(type, scope), channel);
            }
        });
    }

    private static boolean isFloating(DType type) {
        return type == DType.F32 || type == DType.BF16 || type == DType.F16;
    }

    private static void copy(NDArray array, WritableByteChannel channel) throws IOException {
        SafetensorsWriter.copy(Ops.segment(Ops.contiguous(array)), channel);
    }
}
