package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.AtomicFile;
import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.events.artefact.SafetensorsWriter.Tensor;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.adapter.ClassifierConfig;
import dev.tunedrop.trainer.model.Parameter;

/// Writes a trained model as a directory in Hugging Face layout: the weights in one file, configuration and text side
/// as the base has them.
public final class ModelDirectory {

    private static final String WEIGHTS = "model.safetensors";
    private static final String CONFIG = "config.json";
    private static final List<String> COPIED = List.of(
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "chat_template.jinja");

    private ModelDirectory() {}

    /// @param labels of a classifier, else empty
    /// @param dtype F32 or BF16
    /// @return sha256 of the weights
    public static String write(Path base, Path out, List<String> labels, List<Parameter> parameters, DType dtype)
            throws IOException {
        describe(base, out, labels, dtype);
        List<Tensor> tensors =
                parameters.stream().map(parameter -> tensor(parameter, dtype)).toList();
        SafetensorsWriter.write(out.resolve(WEIGHTS), Map.of("format", "pt"), tensors);
        return Sha256.of(out.resolve(WEIGHTS));
    }

    /// Everything but the weights.
    public static void describe(Path base, Path out, List<String> labels, DType dtype) throws IOException {
        Files.createDirectories(out);
        for (String name : COPIED)
            if (Files.exists(base.resolve(name)))
                AtomicFile.write(out.resolve(name), Files.readAllBytes(base.resolve(name)));
        ObjectNode config = config(base, dtype);
        if (!labels.isEmpty()) ClassifierConfig.addLabels(config, labels);
        AtomicFile.write(out.resolve(CONFIG), Json.bytes(config));
    }

    /// The base's, with the precision of the new weights under whichever of its two names the base uses.
    private static ObjectNode config(Path base, DType dtype) {
        ObjectNode config = Json.read(base.resolve(CONFIG), ObjectNode.class);
        config.put(
                config.has("torch_dtype") ? "torch_dtype" : "dtype",
                switch (dtype) {
                    case F32 -> "float32";
                    case F16 -> "float16";
                    default -> "bfloat16";
                });
        return config;
    }

    private static Tensor tensor(Parameter parameter, DType dtype) {
        NDArray master = parameter.master();
        return Tensor.of(parameter.name(), dtype, master.getShape().getShape(), out -> {
            try (NDManager scope = master.getManager().newSubManager()) {
                NDArray here = master.getDevice().equals(Device.cpu())
                        ? ((LtNDArray) master).alias(scope)
                        : Ops.toDevice(master, Device.cpu(), scope);
                write(Ops.contiguous(dtype == DType.BF16 ? Ops.cast(here, DataType.BFLOAT16) : here), out);
            }
        });
    }

    private static void write(NDArray array, WritableByteChannel out) throws IOException {
        SafetensorsWriter.copy(Ops.segment(array), out);
    }
}
