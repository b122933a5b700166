package dev.tunedrop.trainer.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.AtomicFile;
import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.events.artefact.SafetensorsWriter.Tensor;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensor;
import dev.tunedrop.trainer.weights.ModelTensors;

/// A bf16 checkpoint of any size whose tensors repeat a mebibyte of N(0, 0.02²) each: also one larger than memory.
final class FilledCheckpoint {

    private static final int PIECE = 1 << 20;

    private FilledCheckpoint() {}

    /// `DIRECTORY SHARD_BYTES`: fills a directory that holds a `config.json`.
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        long bytes = write(directory, ModelConfig.read(directory), Long.parseLong(args[1]));
        System.out.printf(Locale.ROOT, "%d bytes%n", bytes);
    }

    /// Writes shards of about this size with their index, or one file where it is larger than the model.
    ///
    /// @return bytes of all of them
    static long write(Path directory, ModelConfig config, long shardBytes) throws IOException {
        List<List<Tensor>> shards = new ArrayList<>();
        long filled = shardBytes;
        for (ModelTensor tensor : ModelTensors.of(config)) {
            if (tensor.optional()) continue;
            Tensor filling = filling(tensor);
            if (filled + filling.byteSize() > shardBytes) {
                shards.add(new ArrayList<>());
                filled = 0;
            }
            shards.getLast().add(filling);
            filled += filling.byteSize();
        }
        ObjectNode index = Json.mapper().createObjectNode();
        ObjectNode map = index.putObject("weight_map");
        long bytes = 0;
        for (int i = 0; i < shards.size(); i++) {
            String name = shards.size() == 1
                    ? Checkpoint.SINGLE
                    : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            SafetensorsWriter.write(directory.resolve(name), Map.of(), shards.get(i));
            bytes += Files.size(directory.resolve(name));
            for (Tensor tensor : shards.get(i)) map.put(tensor.name(), name);
        }
        if (shards.size() > 1) Files.write(directory.resolve(Checkpoint.INDEX), Json.bytes(index));
        return bytes;
    }

    private static Tensor filling(ModelTensor tensor) {
        long bytes = Short.BYTES * tensor.elements();
        return Tensor.of(tensor.name(), DType.BF16, tensor.shape(), out -> {
            ByteBuffer normal = normal(tensor.name().hashCode());
            for (long left = bytes; left > 0; left -= PIECE)
                AtomicFile.writeFully(out, normal.duplicate().limit((int) Math.min(left, PIECE)));
        });
    }

    private static ByteBuffer normal(long seed) {
        Random random = new Random(seed);
        ByteBuffer values = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining())
            values.putShort((short) (Float.floatToRawIntBits((float) (0.02 * random.nextGaussian())) >>> 16));
        return values.flip();
    }
}
