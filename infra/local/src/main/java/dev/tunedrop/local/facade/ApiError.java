package dev.tunedrop.local.facade;

/// A refusal in AWS's words: the exception's name in the service model, and the HTTP status.
public final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    public ApiError(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /// The client's mistake.
    public ApiError(String code, String message) {
        this(400, code, message);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }
}
