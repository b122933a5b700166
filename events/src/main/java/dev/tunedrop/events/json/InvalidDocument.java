package dev.tunedrop.events.json;

/// A document that does not hold what its type demands; the message says where and what.
public final class InvalidDocument extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidDocument(String message, Throwable cause) {
        super(message, cause);
    }

    public InvalidDocument(String message) {
        super(message);
    }

    /// The message as a sentence with its full stop, for a remedy to follow.
    public String sentence() {
        String message = String.valueOf(getMessage());
        return message.endsWith(".") || message.endsWith("?") ? message : message + ".";
    }
}
