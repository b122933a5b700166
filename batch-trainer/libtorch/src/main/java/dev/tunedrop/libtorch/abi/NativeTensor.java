package dev.tunedrop.libtorch.abi;

/// Something that holds a tensor handle.
public interface NativeTensor {
    /// The handle; still owned by this object.
    ///
    /// @throws IllegalStateException when it was freed
    long handle();

    /// Shape, type and device, for messages.
    String describe();
}
