package dev.tunedrop.libtorch.natives;

/// No LibTorch that can be used was found. The message says what was looked at and what to do.
public final class LibTorchUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LibTorchUnavailableException(String message) {
        super(message);
    }

    public LibTorchUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
