package dev.tunedrop.functions.provider.http;

/// An address that must not be spoken to.
public final class ForbiddenAddress extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForbiddenAddress(String message) {
        super(message);
    }
}
