package dev.tunedrop.libtorch.abi;

/// LibTorch refused a call. The message names the operator and the shapes and types it was given; LibTorch's own text
/// is on standard error.
public final class LibTorchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LibTorchException(String message) {
        super(message);
    }
}
