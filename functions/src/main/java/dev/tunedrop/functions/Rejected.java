package dev.tunedrop.functions;

/// The drop itself is at fault (its data, its settings, its caps), so the run ends REJECTED, not FAILED.
/// Its message starts with the reason's code, so that the code survives the way through the workflow as text.
public final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// The one reason that ends a run SUPERSEDED.
    public static final String SUPERSEDED = "superseded";

    private static final String SEPARATOR = ": ";

    private final String reason;

    /// @param reason a stable code in kebab case
    /// @param message what is wrong, then the remedy
    public Rejected(String reason, String message) {
        super(reason + SEPARATOR + message);
        this.reason = reason;
    }

    public Rejected(String reason, String message, Throwable cause) {
        super(reason + SEPARATOR + message, cause);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
