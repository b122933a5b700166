package dev.tunedrop.libtorch;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.abi.DTypes;
import dev.tunedrop.libtorch.abi.Tensors;

/// Owns arrays. Closing it frees every native handle attached to it, and its sub-managers, at once.
public class LtNDManager extends BaseNDManager {
    LtNDManager(@Nullable NDManager parent, Device device) {
        super(parent, device);
    }

    @Override
    public Engine getEngine() {
        return LtEngine.instance();
    }

    @Override
    public LtNDManager newSubManager() {
        return newSubManager(device);
    }

    @Override
    public LtNDManager newSubManager(Device device) {
        LtNDManager manager = new LtNDManager(this, device);
        attachUncappedInternal(manager.uid, manager);
        return manager;
    }

    @Override
    public ByteBuffer allocateDirect(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    /// The same array if it is one of this engine's on this device; else a copy that is.
    @Override
    public LtNDArray from(NDArray array) {
        if (array instanceof LtNDArray own && own.getDevice().equals(device)) {
            return own;
        }
        if (array instanceof LtNDArray own) {
            return Ops.toDevice(own, device, this);
        }
        return create(array.toByteBuffer(), array.getShape(), array.getDataType());
    }

    /// An array whose contents are undefined.
    @Override
    public LtNDArray create(Shape shape, DataType type) {
        return empty(shape, Strides.contiguous(shape.getShape()), type, device);
    }

    /// An array whose contents are undefined, laid out by the given strides, on any device.
    LtNDArray empty(Shape shape, long[] strides, DataType type, Device device) {
        boolean gpu = device.isGpu();
        if (gpu && !LibTorch.cuda()) {
            throw new IllegalArgumentException("The device is " + device + " and the LibTorch in "
                    + LibTorch.directory() + " has no CUDA; use the CPU or point TUNEDROP_LIBTORCH at a CUDA build.");
        }
        return LtNDArray.wrap(
                this,
                Tensors.empty(
                        shape.getShape(),
                        strides,
                        DTypes.code(type),
                        gpu ? Tensors.CUDA : Tensors.CPU,
                        gpu ? device.getDeviceId() : 0));
    }

    @Override
    public LtNDArray create(Buffer data, Shape shape, DataType type) {
        LtNDArray array = create(shape, type);
        array.set(data);
        return array;
    }

    /// A CPU array on memory that is not LibTorch's, without a copy. The segment's arena must outlive the array and
    /// every view of it. On a manager of a GPU the array is on the CPU all the same.
    public LtNDArray create(MemorySegment data, Shape shape, DataType type) {
        long bytes = Math.multiplyExact(shape.size(), type.getNumOfBytes());
        if (!data.isNative() || data.byteSize() < bytes) {
            throw new IllegalArgumentException("An array " + type + shape + " needs " + bytes
                    + " bytes of native memory, was given " + data.byteSize() + (data.isNative() ? "" : " on the heap")
                    + "; give a segment of that size from an Arena.");
        }
        long[] sizes = shape.getShape();
        return LtNDArray.wrap(
                this, Tensors.fromMemory(data.address(), sizes, Strides.contiguous(sizes), DTypes.code(type)));
    }

    @Override
    public LtNDArray zeros(Shape shape, DataType type) {
        LtNDArray array = create(shape, type);
        Tensors.zero(array);
        return array;
    }

    @Override
    public LtNDArray ones(Shape shape, DataType type) {
        return filled(shape, 1, type);
    }

    @Override
    public LtNDArray full(Shape shape, float value, DataType type) {
        return filled(shape, value, type);
    }

    private LtNDArray filled(Shape shape, Number value, DataType type) {
        LtNDArray array = create(shape, type);
        array.fill(value);
        return array;
    }

    @Override
    public NDArray arange(float start, float stop, float step, DataType type) {
        if (step == 0 || (stop - start) / step < 0) {
            throw new IllegalArgumentException("arange from " + start + " to " + stop + " in steps of " + step
                    + " never ends; give a step of the right sign.");
        }
        int count = (int) Math.ceil(((double) stop - start) / step);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = start + (double) i * step;
        }
        return cast(create(values, new Shape(count)), type);
    }

    @Override
    public NDArray arange(int start, int stop, int step, DataType type) {
        if (step == 0) {
            throw new IllegalArgumentException("arange in steps of 0 never ends; give another step.");
        }
        int count = Math.max(0, Math.ceilDiv(stop - start, step));
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = start + (long) i * step;
        }
        return cast(create(values, new Shape(count)), type);
    }

    @Override
    public NDArray eye(int rows, int cols, int k, DataType type) {
        LtNDArray array = zeros(new Shape(rows, cols), type);
        int count = Math.min(k < 0 ? rows + k : rows, k > 0 ? cols - k : cols);
        if (count > 0) {
            long offset = k < 0 ? (long) -k * cols : k;
            try (LtNDArray diagonal = Ops.asStrided(array, new Shape(count), new long[] {cols + 1L}, offset)) {
                diagonal.fill(1);
            }
        }
        return array;
    }

    /// Seeded by [LtEngine#setRandomSeed].
    @Override
    public NDArray randomUniform(float low, float high, Shape shape, DataType type) {
        return random(shape, false, high - low, low, type);
    }

    /// Seeded by [LtEngine#setRandomSeed].
    @Override
    public NDArray randomNormal(float loc, float scale, Shape shape, DataType type) {
        return random(shape, true, scale, loc, type);
    }

    private NDArray random(Shape shape, boolean normal, float scale, float shift, DataType type) {
        float[] values = LtEngine.instance().draw(Math.toIntExact(shape.size()), normal);
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * scale + shift;
        }
        return cast(create(values, shape), type);
    }

    private static NDArray cast(NDArray array, DataType type) {
        if (array.getDataType() == type) {
            return array;
        }
        try (array) {
            return array.toType(type, false);
        }
    }
}
