package dev.tunedrop.events.artefact;

import java.util.List;

/// One tensor's entry in a safetensors header.
///
/// @param shape row-major; empty for a scalar
/// @param begin first byte, counted from the end of the header
/// @param end the byte after the last
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    public long[] dimensions() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    public long elements() {
        return (end - begin) / dtype.bytes();
    }

    public long byteSize() {
        return end - begin;
    }

    /// Bytes that a tensor takes up.
    ///
    /// @throws ArithmeticException when the product does not fit into 63 bits
    static long byteSize(DType dtype, List<Long> shape) {
        long size = dtype.bytes();
        for (long dimension : shape) size = Math.multiplyExact(size, dimension);
        return size;
    }
}
