package dev.tunedrop.functions.provider;

/// A service has refused a call for good.
public final class SaysNo extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String reason;

    /// @param code a word for tables, as in [Submission.Refused]
    public SaysNo(String code, String reason) {
        super(reason);
        this.code = code;
        this.reason = reason;
    }

    public String code() {
        return code;
    }

    public String reason() {
        return reason;
    }
}
