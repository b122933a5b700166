package dev.tunedrop.trainer.tracking;

import java.io.IOException;

/// A tracking server's answer that is no success.
final class MlflowException extends IOException {
    private static final long serialVersionUID = 1L;

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;

    private final int status;
    private final String code;

    /// @param code MLflow's `error_code`; empty when the answer has none
    MlflowException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /// Whether the same request may succeed later.
    boolean passing() {
        return status == TOO_MANY_REQUESTS || status >= SERVER_ERRORS;
    }

    boolean is(String errorCode) {
        return code.equals(errorCode);
    }
}
