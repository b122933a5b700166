package dev.tunedrop.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

import dev.tunedrop.libtorch.abi.LibTorchException;

class RefusalTest extends EngineTest {
    @Test
    void aRefusedOperatorNamesItselfShapesAndTypes() {
        NDArray a = manager.ones(new Shape(2, 3));
        NDArray b = manager.ones(new Shape(4, 5), DataType.BFLOAT16);
        long live = LtEngine.liveHandles();
        assertThatThrownBy(() -> Ops.mm(a, b))
                .isInstanceOf(LibTorchException.class)
                .hasMessageContaining("aten::mm(float32(2, 3), bfloat16(4, 5))");
        assertThatThrownBy(() -> Ops.addmm_(a, a, b, 1, 1)).hasMessageContaining("addmm_(float32(2, 3), float32(2, 3)");
        assertThatThrownBy(() -> Ops.copy_(a, b)).hasMessageContaining("bfloat16(4, 5) into float32(2, 3)");
        assertThatThrownBy(() -> Ops.add_(a, b, 1)).hasMessageContaining("aten::add_Tensor(float32(2, 3)");
        assertThat(LtEngine.liveHandles()).isEqualTo(live);
        assertThat(Ops.mm(a, a.transpose()).toFloatArray()).containsOnly(3);
    }

    @Test
    void anUnknownOperatorIsRefusedByName() {
        NDArray a = manager.ones(new Shape(2));
        assertThatThrownBy(() -> Aten.one("aten::no_such_operator", "", a))
                .isInstanceOf(LibTorchException.class)
                .hasMessageContaining("aten::no_such_operator");
        assertThatThrownBy(() -> Aten.one("aten::mul", "Tensor", a, "text")).hasMessageContaining("java.lang.String");
    }

    @Test
    void whatDjlOffersAndTheEngineDoesNotIsRefusedByName() {
        NDArray a = manager.ones(new Shape(2));
        assertThatThrownBy(() -> a.percentile(3)).hasMessageContaining("NDArray.percentile");
        assertThatThrownBy(() -> a.fft(2)).hasMessageContaining("NDArray.fft");
        assertThatThrownBy(() -> a.setRequiresGradient(true)).hasMessageContaining("backward pass");
        assertThatThrownBy(() -> a.getNDArrayInternal().globalAvgPool()).hasMessageContaining("globalAvgPool");
        assertThat(a.hasGradient()).isFalse();
    }

    @Test
    void aClosedArrayIsRefusedWithItsShape() {
        NDArray a = manager.ones(new Shape(2, 7));
        a.close();
        assertThatThrownBy(() -> manager.ones(new Shape(2, 7)).add(a))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("(2, 7)")
                .hasMessageContaining("after it was closed");
    }

    @Test
    void readingAsAnotherTypeIsRefused() {
        assertThatThrownBy(() -> manager.ones(new Shape(2), DataType.INT64).toFloatArray())
                .hasMessageContaining("int64(2)")
                .hasMessageContaining("toType");
        assertThatThrownBy(() -> manager.create(FloatBuffer.allocate(3), new Shape(4), DataType.FLOAT32))
                .hasMessageContaining("needs 4 elements, was given 3");
        assertThatThrownBy(() -> manager.create(new Shape(1), DataType.STRING)).hasMessageContaining("string");
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        LtNDArray a = manager.ones(new Shape(2, 3), DataType.FLOAT32);
        assertThatThrownBy(() -> a.reshape(new Shape(4, -1))).hasMessageContaining("6 elements");
        assertThatThrownBy(() -> Ops.narrow(a, 1, 2, 2)).hasMessageContaining("(2, 3)");
        assertThatThrownBy(() -> Ops.permute(a, 0, 0)).hasMessageContaining("[0, 0]");
        assertThatThrownBy(() -> Ops.expand(a, new Shape(4, 3))).hasMessageContaining("does not broadcast");
        assertThatThrownBy(() -> a.squeeze(0)).hasMessageContaining("(2, 3)");
        assertThatThrownBy(() -> a.sum(new int[] {5})).hasMessageContaining("no dimension 5");
    }

    @Test
    void aDeviceThatIsNotThereIsRefused() {
        if (LibTorch.cuda()) {
            return;
        }
        assertThatThrownBy(() -> manager.newSubManager(Device.gpu(0)).ones(new Shape(1)))
                .hasMessageContaining("gpu(0)")
                .hasMessageContaining("no CUDA");
    }

    @Test
    void theEngineHoldsArraysAndNoModels() {
        assertThatThrownBy(() -> LtEngine.instance().newModel("model", Device.cpu()))
                .hasMessageContaining("not DJL models");
        assertThat(LtEngine.instance().hasCapability("CUDA")).isEqualTo(LibTorch.cuda());
        assertThat(LtEngine.instance().getGpuCount())
                .isLessThanOrEqualTo(LibTorch.gpus().size());
    }

    @Test
    void thereIsNoZeroThreads() {
        int threads = LibTorch.threads();
        assertThatThrownBy(() -> LibTorch.setThreads(0)).hasMessageContaining("at least 1");
        LibTorch.setThreads(1);
        assertThat(LibTorch.threads()).isEqualTo(1);
        LibTorch.setThreads(threads);
    }
}
