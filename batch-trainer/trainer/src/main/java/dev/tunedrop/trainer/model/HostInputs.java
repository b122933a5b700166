package dev.tunedrop.trainer.model;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;

/// Layer inputs in host memory, one buffer a layer that grows to the largest input seen and is used again by every
/// micro-batch. With a GPU the buffers are page-locked, so a copy does not hold up the host: it takes its turn in the
/// device's stream, behind what computed the input and before what reads the buffer next.
///
/// An input is 2 T C bytes in bf16: at 70B and 8k tokens the 80 layers keep 10 GiB off the card.
final class HostInputs implements InputStore {

    private final NDManager host;
    private final boolean pinned;
    private final List<NDArray> buffers = new ArrayList<>();

    /// @param host a manager of the CPU, which closes with the model
    /// @param pinned page-locked buffers, which need a GPU
    HostInputs(NDManager host, boolean pinned) {
        this.host = host;
        this.pinned = pinned;
    }

    @Override
    public Waiting keep(int layer, NDArray x) {
        Shape shape = x.getShape();
        NDManager views = host.newSubManager();
        NDArray flat = Ops.narrow(alias(buffer(layer, shape.size(), x.getDataType()), views), 0, 0, shape.size());
        NDArray kept = Ops.view(flat, shape);
        copyWithoutWaiting(kept, x);
        x.close();
        return new Away(kept, views);
    }

    @Override
    public long deviceBytes(long bytes) {
        return 0;
    }

    private record Away(NDArray kept, NDManager views) implements Waiting {
        @Override
        public NDArray bringBack(NDManager step) {
            NDArray there = step.create(kept.getShape(), kept.getDataType());
            copyWithoutWaiting(there, kept);
            return there;
        }

        @Override
        public void close() {
            views.close();
        }
    }

    private NDArray buffer(int layer, long elements, DataType type) {
        while (buffers.size() <= layer) buffers.add(allocate(0, type));
        NDArray buffer = buffers.get(layer);
        if (buffer.getShape().size() >= elements && buffer.getDataType() == type) return buffer;
        buffer.close();
        NDArray larger = allocate(elements, type);
        buffers.set(layer, larger);
        return larger;
    }

    private NDArray allocate(long elements, DataType type) {
        NDArray pageable = host.create(new Shape(elements), type);
        if (!pinned || elements == 0) return pageable;
        try (pageable) {
            return Aten.one("aten::pin_memory", "", pageable, (Object) null);
        }
    }

    private static void copyWithoutWaiting(NDArray target, NDArray source) {
        Aten.inPlace("aten::copy_", "", target, source, true);
    }

    private static NDArray alias(NDArray array, NDManager scope) {
        return ((LtNDArray) array).alias(scope);
    }
}
