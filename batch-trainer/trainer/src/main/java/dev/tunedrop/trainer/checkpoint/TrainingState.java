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

import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.events.artefact.SafetensorsWriter.Tensor;
import dev.tunedrop.events.artefact.TensorInfo;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;

/// The arrays that training moves, as one safetensors file, each under its name.
final class TrainingState {

    private TrainingState() {}

    static void write(Path file, Map<String, NDArray> arrays) throws IOException {
        List<Tensor> tensors = new ArrayList<>(arrays.size());
        arrays.forEach((name, array) -> tensors.add(tensor(name, array)));
        SafetensorsWriter.write(file, Map.of("format", "tunedrop-training-state"), tensors);
    }

    /// Writes the file's values into the arrays, which must be those of the same run.
    static void read(Path file, Map<String, NDArray> arrays) {
        try (Safetensors tensors = Safetensors.open(file)) {
            if (tensors.tensors().size() != arrays.size())
                throw new InvalidDocument("%s: holds %d arrays, and the run has %d"
                        .formatted(file, tensors.tensors().size(), arrays.size()));
            arrays.forEach((name, array) -> restore(tensors, name, array));
        }
    }

    private static Tensor tensor(String name, NDArray array) {
        return Tensor.of(name, type(array), array.getShape().getShape(), out -> {
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
        if (info.dtype() != type(target)
                || !java.util.Arrays.equals(info.dimensions(), target.getShape().getShape()))
            throw new InvalidDocument("%s: %s is %s %s, and the run's is %s %s"
                    .formatted(tensors.file(), name, info.dtype(), info.shape(), type(target), target.getShape()));
        MemorySegment bytes = tensors.bytes(name);
        try (NDManager scope = target.getManager().newSubManager(Device.cpu())) {
            Ops.copy_(target, Ops.fromSegment(scope, bytes, target.getShape(), target.getDataType()));
        }
    }

    private static DType type(NDArray array) {
        return switch (array.getDataType()) {
            case FLOAT32 -> DType.F32;
            case UINT8 -> DType.U8;
            default -> throw new IllegalStateException("no training state is kept as " + array.getDataType());
        };
    }
}
