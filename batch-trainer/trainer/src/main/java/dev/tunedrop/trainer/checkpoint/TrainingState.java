package dev.tunedrop.trainer.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.events.artefact.SafetensorsWriter.Tensor;
import dev.tunedrop.events.artefact.TensorInfo;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.model.Parameter;
import dev.tunedrop.trainer.optim.AdamW;

/// The arrays that training moves, as one safetensors file: for each parameter its fp32 master, first and second
/// moment, under `master.<name>`, `first.<name>` and `second.<name>`.
final class TrainingState {

    private TrainingState() {}

    static void write(Path file, List<Parameter> parameters, AdamW optimiser) throws IOException {
        List<Tensor> tensors = new ArrayList<>(3 * parameters.size());
        for (Parameter parameter : parameters) {
            AdamW.Moments moments = optimiser.moments(parameter.name());
            tensors.add(tensor("master." + parameter.name(), parameter.master()));
            tensors.add(tensor("first." + parameter.name(), moments.first()));
            tensors.add(tensor("second." + parameter.name(), moments.second()));
        }
        SafetensorsWriter.write(file, Map.of("format", "tunedrop-training-state"), tensors);
    }

    /// Writes the file's values into the parameters and moments, which must be those of the same model.
    static void read(Path file, List<Parameter> parameters, AdamW optimiser) {
        try (Safetensors tensors = Safetensors.open(file)) {
            if (tensors.tensors().size() != 3 * parameters.size())
                throw new InvalidDocument("%s: holds %d arrays, and the model has 3 times %d"
                        .formatted(file, tensors.tensors().size(), parameters.size()));
            for (Parameter parameter : parameters) {
                AdamW.Moments moments = optimiser.moments(parameter.name());
                restore(tensors, "master." + parameter.name(), parameter.master());
                restore(tensors, "first." + parameter.name(), moments.first());
                restore(tensors, "second." + parameter.name(), moments.second());
            }
        }
    }

    private static Tensor tensor(String name, NDArray array) {
        return Tensor.of(name, DType.F32, array.getShape().getShape(), out -> {
            try (NDManager scope = array.getManager().newSubManager()) {
                NDArray here = array.getDevice().equals(Device.cpu())
                        ? ((LtNDArray) array).alias(scope)
                        : Ops.toDevice(array, Device.cpu(), scope);
                SafetensorsWriter.copy(Ops.segment(Ops.contiguous(here)), out);
            }
        });
    }

    private static void restore(Safetensors tensors, String name, NDArray target) {
        TensorInfo info = tensors.tensor(name);
        if (info.dtype() != DType.F32
                || !java.util.Arrays.equals(info.dimensions(), target.getShape().getShape()))
            throw new InvalidDocument("%s: %s is %s %s, and the model's is F32 %s"
                    .formatted(tensors.file(), name, info.dtype(), info.shape(), target.getShape()));
        MemorySegment bytes = tensors.bytes(name);
        try (NDManager scope = target.getManager().newSubManager(Device.cpu())) {
            Ops.copy_(target, Ops.fromSegment(scope, bytes, target.getShape(), DataType.FLOAT32));
        }
    }
}
