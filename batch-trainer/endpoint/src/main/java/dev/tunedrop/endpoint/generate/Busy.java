package dev.tunedrop.endpoint.generate;

/// As many requests wait as may wait.
public final class Busy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Busy(String message) {
        super(message);
    }
}
