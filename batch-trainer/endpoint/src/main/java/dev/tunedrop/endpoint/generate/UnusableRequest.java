package dev.tunedrop.endpoint.generate;

/// A conversation that this base cannot answer; the message is one sentence and never holds its text.
public final class UnusableRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What stands in the way.
    public enum Reason {
        /// The conversation leaves no room for an answer.
        CONTEXT_LENGTH,
        /// The base's chat template refuses it, or there is none.
        CHAT_TEMPLATE
    }

    private final Reason reason;

    public UnusableRequest(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public UnusableRequest(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
