package dev.tunedrop.trainer.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FullModel;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.ModelConfig;

/// A small checkpoint of random weights in a temporary directory, so that every device loads the same ones.
record RandomCheckpoint(Path directory) implements AutoCloseable {

    /// @param resource the shapes, as [Workload] names them
    static RandomCheckpoint of(String resource, long seed) {
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu())) {
            Path directory = Workload.copy(resource, Files.createTempDirectory("tunedrop-random"));
            BaseOptions options = BaseOptions.of(DataType.FLOAT32, false);
            try (FullModel fresh =
                    FullModel.fresh(ModelConfig.read(directory), options, Randomness.of(seed), manager)) {
                List<SafetensorsWriter.Tensor> tensors = fresh.parameters().stream()
                        .map(p -> SafetensorsWriter.Tensor.ofFloats(
                                p.name(),
                                p.master().getShape().getShape(),
                                p.master().toFloatArray()))
                        .toList();
                SafetensorsWriter.write(directory.resolve(Checkpoint.SINGLE), Map.of(), tensors);
            }
            return new RandomCheckpoint(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(directory.resolve(Checkpoint.SINGLE));
            Files.deleteIfExists(directory.resolve(ModelConfig.FILE));
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
