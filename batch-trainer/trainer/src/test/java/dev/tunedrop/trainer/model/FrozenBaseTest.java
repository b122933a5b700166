package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensor;
import dev.tunedrop.trainer.weights.ModelTensors;

class FrozenBaseTest {

    private static final ModelConfig CONFIG = Tiny.config(true);
    private static final String BROKEN = "model.layers.1.mlp.up_proj.weight";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"NaN, true", "Infinity, true", "-Infinity, true", "NaN, false", "Infinity, false"})
    void aNumberThatIsNoneIsNamedByTensorAndPlace(float value, boolean quantised) throws IOException {
        write(value);
        try (NDManager manager = Tiny.manager()) {
            assertThatThrownBy(() -> load(quantised, manager))
                    .isInstanceOf(UserMistake.class)
                    .hasMessageContaining(BROKEN + " holds NaN or infinity at element 77");
        }
    }

    @Test
    void finiteNumbersAreNot() throws IOException {
        write(1e30f);
        try (NDManager manager = Tiny.manager()) {
            assertThatCode(() -> load(true, manager).close()).doesNotThrowAnyException();
        }
    }

    private FrozenBase load(boolean quantised, NDManager manager) {
        return FrozenBase.load(folder, CONFIG, BaseOptions.of(DataType.FLOAT32, quantised), manager);
    }

    private void write(float value) throws IOException {
        List<SafetensorsWriter.Tensor> tensors = ModelTensors.of(CONFIG).stream()
                .map(tensor -> SafetensorsWriter.Tensor.ofFloats(tensor.name(), tensor.shape(), values(tensor, value)))
                .toList();
        SafetensorsWriter.write(folder.resolve(Checkpoint.SINGLE), Map.of(), tensors);
    }

    private static float[] values(ModelTensor tensor, float value) {
        float[] values = new float[Math.toIntExact(Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact))];
        Arrays.fill(values, 0.5f);
        if (tensor.name().equals(BROKEN)) values[77] = value;
        return values;
    }
}
