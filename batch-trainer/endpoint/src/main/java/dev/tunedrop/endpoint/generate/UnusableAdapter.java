package dev.tunedrop.endpoint.generate;

/// An adapter that this base cannot serve; the message is one sentence.
public final class UnusableAdapter extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableAdapter(String message, Throwable cause) {
        super(message, cause);
    }

    public UnusableAdapter(String message) {
        super(message);
    }
}
