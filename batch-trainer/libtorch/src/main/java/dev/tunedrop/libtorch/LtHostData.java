package dev.tunedrop.libtorch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.abi.Tensors;

/// Elements to and from Java.
abstract class LtHostData extends LtLayout {
    static final AtomicLong READS = new AtomicLong();
    static final AtomicLong WRITES = new AtomicLong();

    LtHostData(LtNDManager manager, long handle, Shape shape, DataType type, Device device) {
        super(manager, handle, shape, type, device);
    }

    /// Where the first element lies, on the array's own device; not to be used after the array is closed.
    public final long address() {
        return Tensors.data(handle());
    }

    /// The array's own memory. Only for a contiguous CPU array; not to be used after the array is closed.
    final MemorySegment segment() {
        if (getDevice().isGpu() || !isContiguous()) {
            throw new IllegalStateException("The memory of " + describe()
                    + " cannot be shown to Java; take a contiguous copy on the CPU first.");
        }
        long bytes = shape.size() * dataType.getNumOfBytes();
        return bytes == 0
                ? MemorySegment.NULL
                : MemorySegment.ofAddress(address()).reinterpret(bytes);
    }

    /// Copies elements in: from a buffer of this type's bytes, or of another numeric type, which is then cast.
    @Override
    public void set(Buffer buffer) {
        WRITES.incrementAndGet();
        DataType given =
                buffer instanceof ByteBuffer || (buffer instanceof ShortBuffer && dataType.getNumOfBytes() == 2)
                        ? dataType
                        : DataType.fromBuffer(buffer);
        long count = buffer instanceof ByteBuffer ? buffer.remaining() / dataType.getNumOfBytes() : buffer.remaining();
        if (count < shape.size()) {
            throw new IllegalArgumentException("An array " + describe() + " needs " + shape.size()
                    + " elements, was given " + count + "; give a buffer that holds them all.");
        }
        MemorySegment source = MemorySegment.ofBuffer(nativeOrder(buffer));
        if (given == dataType && getDevice().equals(Device.cpu()) && isContiguous()) {
            fill(segment(), source);
            return;
        }
        try (LtNDArray staged = LtSystemManager.INSTANCE.create(shape, given)) {
            fill(staged.segment(), source);
            Ops.copy_(self(), staged);
        }
    }

    private static void fill(MemorySegment target, MemorySegment source) {
        MemorySegment.copy(source, 0, target, 0, target.byteSize());
    }

    /// Java's buffers are big-endian unless told otherwise; memory is not.
    private static Buffer nativeOrder(Buffer buffer) {
        return switch (buffer) {
            case FloatBuffer b
            when b.order() != ByteOrder.nativeOrder() ->
                FloatBuffer.allocate(b.remaining()).put(b.duplicate()).flip();
            case DoubleBuffer b
            when b.order() != ByteOrder.nativeOrder() ->
                DoubleBuffer.allocate(b.remaining()).put(b.duplicate()).flip();
            case IntBuffer b
            when b.order() != ByteOrder.nativeOrder() ->
                IntBuffer.allocate(b.remaining()).put(b.duplicate()).flip();
            case LongBuffer b
            when b.order() != ByteOrder.nativeOrder() ->
                LongBuffer.allocate(b.remaining()).put(b.duplicate()).flip();
            case ShortBuffer b
            when b.order() != ByteOrder.nativeOrder() ->
                ShortBuffer.allocate(b.remaining()).put(b.duplicate()).flip();
            default -> buffer;
        };
    }

    /// Reads the elements, as `type`, from a contiguous CPU copy where this array is not one itself.
    private <T> T read(DataType type, Function<MemorySegment, T> reader) {
        READS.incrementAndGet();
        if (dataType == type && !getDevice().isGpu() && isContiguous()) {
            return reader.apply(segment());
        }
        try (LtNDArray onHost = LtSystemManager.INSTANCE.create(shape, type)) {
            Ops.copy_(onHost, self());
            return reader.apply(onHost.segment());
        }
    }

    private void mustBe(boolean fits, String wanted) {
        if (!fits) {
            throw new IllegalStateException(
                    "An array " + describe() + " was read as " + wanted + "; cast it with toType first.");
        }
    }

    /// Any floating type; fp32 unless it is.
    @Override
    public float[] toFloatArray() {
        mustBe(getDataType().isFloating(), "float[]");
        return read(DataType.FLOAT32, memory -> memory.toArray(ValueLayout.JAVA_FLOAT));
    }

    /// Any floating type.
    @Override
    public double[] toDoubleArray() {
        mustBe(getDataType().isFloating(), "double[]");
        return read(DataType.FLOAT64, memory -> memory.toArray(ValueLayout.JAVA_DOUBLE));
    }

    /// Any integer type.
    @Override
    public long[] toLongArray() {
        mustBe(getDataType().isInteger(), "long[]");
        return read(DataType.INT64, memory -> memory.toArray(ValueLayout.JAVA_LONG));
    }

    @Override
    public int[] toIntArray() {
        mustBe(getDataType() == DataType.INT32, "int[]");
        return read(DataType.INT32, memory -> memory.toArray(ValueLayout.JAVA_INT));
    }

    @Override
    public short[] toShortArray() {
        mustBe(getDataType().getNumOfBytes() == 2, "short[]");
        return read(dataType, memory -> memory.toArray(ValueLayout.JAVA_SHORT));
    }

    /// The raw bytes of any type, in this machine's order.
    @Override
    public byte[] toByteArray() {
        return read(getDataType(), memory -> memory.toArray(ValueLayout.JAVA_BYTE));
    }

    /// Bytes as numbers from 0 to 255.
    @Override
    public int[] toUint8Array() {
        mustBe(getDataType().getNumOfBytes() == 1, "uint8");
        byte[] bytes = toByteArray();
        int[] values = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = bytes[i] & 0xff;
        }
        return values;
    }

    @Override
    public boolean[] toBooleanArray() {
        mustBe(getDataType().isBoolean(), "boolean[]");
        byte[] bytes = toByteArray();
        boolean[] values = new boolean[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = bytes[i] != 0;
        }
        return values;
    }

    /// A copy of the raw bytes, in this machine's order.
    @Override
    public ByteBuffer toByteBuffer(boolean tryDirect) {
        return ByteBuffer.wrap(toByteArray()).order(ByteOrder.nativeOrder());
    }

    @Override
    public Number[] toArray() {
        if (getDataType() == DataType.BFLOAT16 || dataType == DataType.FLOAT16) {
            try (NDArray wide = self().toType(DataType.FLOAT32, false)) {
                return wide.toArray();
            }
        }
        return super.toArray();
    }

    @Override
    public String toDebugString(int maxSize, int maxDepth, int maxRows, int maxColumns, boolean withContent) {
        if (isReleased()) {
            return "a closed array";
        }
        if (dataType != DataType.BFLOAT16) {
            return super.toDebugString(maxSize, maxDepth, maxRows, maxColumns, withContent);
        }
        try (NDArray wide = self().toType(DataType.FLOAT32, false)) {
            return describe() + " as " + wide.toDebugString(maxSize, maxDepth, maxRows, maxColumns, withContent);
        }
    }

    /// The same shape, type and bits.
    @Override
    public boolean contentEquals(NDArray other) {
        return getShape().equals(other.getShape())
                && dataType == other.getDataType()
                && Arrays.equals(toByteArray(), other.toByteArray());
    }

    @Override
    public boolean contentEquals(Number number) {
        try (LtNDArray same = self().eq(number);
                LtNDArray flags = same.toType(DataType.UINT8, false);
                LtNDArray least = flags.min()) {
            return shape.size() == 0 || least.toUint8Array()[0] == 1;
        }
    }
}
