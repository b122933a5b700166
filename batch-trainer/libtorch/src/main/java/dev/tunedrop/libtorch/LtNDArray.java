package dev.tunedrop.libtorch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

import dev.tunedrop.libtorch.abi.DTypes;
import dev.tunedrop.libtorch.abi.Tensors;

/// An array in LibTorch's memory: a handle, its shape, type and device, and the manager that frees it.
///
/// Built in layers, each a page: life ([LtHandle]), refusals, functions of one array, arithmetic, reductions, layout,
/// elements to and from Java, and here type, device and copies.
public final class LtNDArray extends LtHostData {
    private LtNDArray(LtNDManager manager, long handle, Shape shape, DataType type, Device device) {
        super(manager, handle, shape, type, device);
    }

    /// Takes over a handle that LibTorch answered.
    static LtNDArray wrap(LtNDManager manager, long handle) {
        boolean done = false;
        try {
            Device device =
                    Tensors.deviceType(handle) == Tensors.CPU ? Device.cpu() : Device.gpu(Tensors.deviceIndex(handle));
            LtNDArray array = new LtNDArray(
                    manager, handle, new Shape(Tensors.sizes(handle)), DTypes.of(Tensors.dtype(handle)), device);
            array.registered();
            done = true;
            return array;
        } finally {
            if (!done) {
                Tensors.delete(handle);
            }
        }
    }

    /// A new handle on the same storage that belongs to another manager. Results of operators on it land there, and
    /// closing it leaves this array as it is.
    public LtNDArray alias(NDManager manager) {
        return wrap((LtNDManager) manager, Tensors.alias(handle()));
    }

    /// All elements become one value.
    void fill(Number value) {
        try (LtNDArray number = Numbers.scalar(this, value)) {
            Aten.inPlace("aten::fill_", "Tensor", this, number);
        }
    }

    @Override
    public LtNDArray toType(DataType type, boolean copy) {
        return type == getDataType() && !copy ? this : Ops.cast(this, type, getManager());
    }

    @Override
    public LtNDArray toDevice(Device device, boolean copy) {
        return device.equals(getDevice()) && !copy ? this : Ops.toDevice(this, device, getManager());
    }

    @Override
    public LtNDArray duplicate() {
        LtNDArray copy = Ops.contiguousCopy(this, getManager());
        copy.setName(getName());
        return copy;
    }

    @Override
    public void copyTo(NDArray target) {
        Ops.copy_(target, this);
    }

    @Override
    public LtNDArray zerosLike() {
        LtNDArray zeros = getManager().empty(getShape(), Strides.contiguous(sizes()), dataType, getDevice());
        Tensors.zero(zeros);
        return zeros;
    }

    @Override
    public LtNDArray onesLike() {
        LtNDArray ones = getManager().empty(getShape(), Strides.contiguous(sizes()), dataType, getDevice());
        ones.fill(1);
        return ones;
    }

    @Override
    public NDArray toDense() {
        return this;
    }

    @Override
    public SparseFormat getSparseFormat() {
        return SparseFormat.DENSE;
    }

    @Override
    public NDArrayEx getNDArrayInternal() {
        return new LtNDArrayEx(this);
    }
}
