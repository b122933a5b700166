package dev.tunedrop.local.states;

/// A request that Step Functions refuses, under the name its service model gives the refusal.
public final class StatesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    public StatesException(String code, String message) {
        super(message);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
