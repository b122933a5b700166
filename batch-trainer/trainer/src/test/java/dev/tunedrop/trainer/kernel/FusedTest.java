package dev.tunedrop.trainer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.libtorch.abi.LibTorchException;

class FusedTest {

    private final NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu());
    private int trials;

    /// A kernel that halves, and is asked to.
    private final Launcher halving = (entry, blocks, threads, arguments) -> {
        NDArray x = (NDArray) arguments[0];
        Ops.copy_((NDArray) arguments[1], x.mul(0.5));
    };

    private Kernels.Undo installed;

    @BeforeEach
    void install() {
        installed = Kernels.on(Device.cpu(), halving);
    }

    @AfterEach
    void remove() {
        installed.close();
        manager.close();
    }

    @Test
    void aKernelThatGivesWhatItsTwinGivesIsUsedAndTriedOnce() {
        Fused fused = fused(0.5);
        assertThat(fused.on(x())).isNotNull();
        assertThat(fused.on(x())).isNotNull();
        assertThat(trials).isEqualTo(1);
    }

    @Test
    void aKernelThatGivesSomethingElseIsLeftToItsTwin() {
        assertThat(fused(0.4999).on(x())).isNull();
    }

    @Test
    void aKernelThatGivesNoNumbersIsLeftToItsTwin() {
        assertThat(fused(Double.NaN).on(x())).isNull();
    }

    @Test
    void aKernelThatDoesNotLaunchIsLeftToItsTwin() {
        Kernels.Undo broken = Kernels.on(Device.cpu(), (entry, blocks, threads, arguments) -> {
            throw new IllegalStateException("no such kernel");
        });
        try (broken) {
            assertThat(fused(0.5).on(x())).isNull();
        }
    }

    @Test
    void aKernelWhoseTrialLibTorchRefusesIsLeftToItsTwin() {
        Fused refused = new Fused(Kernel.ROPE, 1e-6, 1e-6, (kernel, scope, type) -> {
            throw new LibTorchException("out of memory");
        });
        assertThat(refused.on(x())).isNull();
    }

    @Test
    void operandsOfOtherTypesOrOutOfOrderAreTheTwins() {
        Fused fused = fused(0.5);
        assertThat(fused.on(x().toType(DataType.FLOAT64, false))).isNull();
        assertThat(fused.on(x(), x().toType(DataType.BFLOAT16, false))).isNull();
        assertThat(fused.on(x().transpose())).isNull();
        assertThat(fused.on(Ops.narrow(x(), 0, 1, 1))).as("12 bytes in").isNull();
    }

    @Test
    void aDeviceWithoutALauncherHasNoKernels() {
        installed.close();
        assertThat(fused(0.5).on(x())).isNull();
        installed = Kernels.on(Device.cpu(), halving);
    }

    private NDArray x() {
        return manager.create(new float[][] {{1, 2, 3}, {4, 5, 6}});
    }

    private Fused fused(double factor) {
        return new Fused(Kernel.ROPE, 1e-6, 1e-6, (kernel, scope, type) -> {
            trials++;
            NDArray x = Trial.normal(scope, type, 1, 4, 4);
            NDArray y = scope.create(x.getShape(), type);
            kernel.each("", 16, 1, x, y);
            return List.of(new Trial.Pair(y, x.mul(factor)));
        });
    }
}
