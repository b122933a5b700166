package dev.tunedrop.libtorch;

import java.util.concurrent.atomic.AtomicLong;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrayAdapter;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.abi.NativeTensor;
import dev.tunedrop.libtorch.abi.Tensors;

/// The life of an array: one native handle, owned by one manager, freed once.
abstract class LtHandle extends NDArrayAdapter implements NativeTensor {
    private static final AtomicLong IDS = new AtomicLong();

    private final Device device;
    private final AtomicLong handle;

    LtHandle(LtNDManager manager, long handle, Shape shape, DataType type, Device device) {
        super(manager, null, shape, type, "lt-" + IDS.incrementAndGet());
        this.device = device;
        this.handle = new AtomicLong(handle);
    }

    @Override
    public final long handle() {
        long value = handle.get();
        if (value == 0) {
            throw new IllegalStateException("An array " + dataType + shape
                    + " was used after it was closed; close its manager later, or attach the array to a longer one.");
        }
        return value;
    }

    @Override
    public final String describe() {
        return dataType + shape.toString() + (device.isGpu() ? "@" + device : "");
    }

    @Override
    public LtNDManager getManager() {
        return (LtNDManager) manager;
    }

    @Override
    public Device getDevice() {
        return device;
    }

    @Override
    public void attach(NDManager manager) {
        detach();
        this.manager = manager;
        manager.attachInternal(getUid(), this);
    }

    @Override
    public void returnResource(NDManager manager) {
        detach();
        this.manager = manager;
        ((BaseNDManager) manager).attachUncappedInternal(getUid(), this);
    }

    /// From now on the caller closes the array. Results of operators on it belong to no manager either.
    @Override
    public void detach() {
        manager.detachInternal(getUid());
        manager = LtSystemManager.INSTANCE;
    }

    @Override
    public boolean isReleased() {
        return handle.get() == 0;
    }

    @Override
    public void close() {
        long value = handle.getAndSet(0);
        if (value != 0) {
            isClosed = true;
            manager.detachInternal(getUid());
            Tensors.delete(value);
        }
    }

    /// Gives this array the value of another, which is closed.
    @Override
    public void intern(NDArray replaced) {
        LtNDArray other = (LtNDArray) replaced;
        if (other.handle() == handle()) {
            return;
        }
        long taken = Tensors.alias(other.handle());
        Tensors.delete(handle.getAndSet(taken));
        shape = other.getShape();
        dataType = other.getDataType();
        other.close();
    }

    final void registered() {
        manager.attachInternal(getUid(), this);
        NDScope.register(this);
    }

    final LtNDArray self() {
        return (LtNDArray) this;
    }

    static UnsupportedOperationException refused(String operation, String instead) {
        return new UnsupportedOperationException(
                "The LibTorch engine has no NDArray." + operation + "; " + instead + ".");
    }
}
