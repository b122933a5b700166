package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.model.BaseOptions.Offload;

/// Layer inputs that wait in host memory.
class InputStoreTest {

    @Test
    void anInputThatWaitedElsewhereComesBackAsItWas() {
        try (NDManager manager = Tiny.manager()) {
            InputStore store = InputStore.of(Offload.ALWAYS, manager);
            for (int tokens : new int[] {3, 5, 2}) {
                NDArray x =
                        manager.arange(0f, 4f * tokens, 1f, DataType.FLOAT32).reshape(tokens, 4);
                InputStore.Waiting first = store.keep(0, x);
                InputStore.Waiting second = store.keep(1, manager.ones(new Shape(tokens, 4), DataType.FLOAT32));
                assertThat(x.isReleased()).isTrue();
                NDArray back = first.bringBack(manager);
                assertThat(back.getShape()).isEqualTo(new Shape(tokens, 4));
                for (int i = 0; i < 4 * tokens; i++)
                    assertThat(back.toFloatArray()[i]).isEqualTo(i);
                assertThat(second.bringBack(manager).toFloatArray()).containsOnly(1);
                first.close();
                second.close();
            }
        }
    }

    @Test
    void gradientsAreTheSameToTheLastBitWhereverInputsWait() {
        List<List<float[]>> gradients = new ArrayList<>();
        try (NDManager manager = Tiny.manager()) {
            for (Offload offload : List.of(Offload.NEVER, Offload.ALWAYS)) {
                BaseOptions options = Tiny.options().withActivationBytes(0).withOffload(offload);
                try (FullModel model = FullModel.fresh(Tiny.config(true), options, Randomness.of(3), manager)) {
                    model.lossAndGradients(Tiny.batch(9, 5));
                    model.lossAndGradients(Tiny.batch(4, 12)); // larger than what the buffers held
                    gradients.add(model.parameters().stream()
                            .map(parameter -> parameter.gradient().toFloatArray())
                            .toList());
                }
            }
        }
        for (int i = 0; i < gradients.getFirst().size(); i++)
            assertThat(gradients.getLast().get(i))
                    .isEqualTo(gradients.getFirst().get(i));
    }

    @Test
    void noHandleIsLeftBehindByAPass() {
        try (NDManager manager = Tiny.manager();
                FullModel model = FullModel.fresh(
                        Tiny.config(true),
                        Tiny.options().withActivationBytes(0).withOffload(Offload.ALWAYS),
                        Randomness.of(3),
                        manager)) {
            List<Long> live = new ArrayList<>();
            for (int pass = 0; pass < 4; pass++) {
                model.lossAndGradients(Tiny.batch(9, 5));
                live.add(LtEngine.liveHandles());
            }
            assertThat(live).containsOnly(live.getFirst());
        }
    }

    @Test
    void aSettingForGpusMovesNothingOnACpu() {
        try (NDManager manager = Tiny.manager()) {
            assertThat(InputStore.of(Offload.FROM_GPU, manager).deviceBytes(10)).isEqualTo(10);
            assertThat(InputStore.of(Offload.ALWAYS, manager).deviceBytes(10)).isZero();
        }
    }
}
