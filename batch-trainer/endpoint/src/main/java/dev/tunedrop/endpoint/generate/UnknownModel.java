package dev.tunedrop.endpoint.generate;

/// Nothing is served under that name.
public final class UnknownModel extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownModel(String message) {
        super(message);
    }
}
