package dev.tunedrop.functions;

/// A failure that may pass when the step is tried again: throttling, a lost connection, a service's own error. The
/// workflow's Retry names this class.
public final class TransientFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TransientFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
