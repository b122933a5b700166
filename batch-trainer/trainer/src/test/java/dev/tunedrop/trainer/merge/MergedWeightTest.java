package dev.tunedrop.trainer.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.WeightView;

class MergedWeightTest {

    private static final float[] W = {1, -2, 3, 0.5f, 4, -1};
    private static final float[] A = {0.5f, 1, -1};
    private static final float[] B = {2, -1};
    private static final double SCALE = 0.25;

    @TempDir
    Path folder;

    private final NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu());
    private Checkpoint checkpoint;

    @BeforeEach
    void write() throws IOException {
        SafetensorsWriter.write(
                folder.resolve(Checkpoint.SINGLE),
                Map.of(),
                List.of(
                        SafetensorsWriter.Tensor.ofFloats("w", new long[] {2, 3}, W),
                        SafetensorsWriter.Tensor.ofFloats("large", new long[] {2, 3}, 1, 2, 3, 4, 5, 66_000)));
        checkpoint = Checkpoint.open(folder);
    }

    @AfterEach
    void close() {
        checkpoint.close();
        manager.close();
    }

    @Test
    void aWeightIsTheBasesPlusTheScaledProduct() {
        assertThat(merged("w", pair(null), DType.F32)).containsExactly(sum(), within(1e-6f));
    }

    @Test
    void magnitudesAreTheLengthsOfTheRows() {
        float[] merged = merged("w", pair(manager.create(new float[] {3, 7})), DType.F32);
        float[] sum = sum();
        for (int row = 0; row < 2; row++) {
            double length = 0;
            for (int i = 0; i < 3; i++) length += Math.pow(sum[3 * row + i], 2);
            for (int i = 0; i < 3; i++)
                assertThat((double) merged[3 * row + i])
                        .isCloseTo((row == 0 ? 3 : 7) / Math.sqrt(length) * sum[3 * row + i], within(1e-5));
        }
    }

    @Test
    void aValueThatFp16CannotHoldIsRefusedByName() {
        assertThatThrownBy(() -> merged("large", pair(null), DType.F16))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("large holds values above 65504")
                .hasMessageContaining("Choose --dtype bf16");
        assertThat(merged("large", pair(null), DType.BF16)).hasSize(6);
    }

    private float[] merged(String name, LoraAdapter.Pair pair, DType type) {
        WeightView view = checkpoint.get(name, 2, 3);
        NDArray value = new MergedWeight(view, pair, SCALE, false).value(type, manager);
        return value.toType(ai.djl.ndarray.types.DataType.FLOAT32, true).toFloatArray();
    }

    private LoraAdapter.Pair pair(@org.jspecify.annotations.Nullable NDArray magnitude) {
        return new LoraAdapter.Pair(manager.create(A, new Shape(1, 3)), manager.create(B, new Shape(2, 1)), magnitude);
    }

    /// W + s B A
    private static float[] sum() {
        float[] sum = W.clone();
        for (int row = 0; row < 2; row++)
            for (int i = 0; i < 3; i++) sum[3 * row + i] += (float) (SCALE * B[row] * A[i]);
        return sum;
    }
}
