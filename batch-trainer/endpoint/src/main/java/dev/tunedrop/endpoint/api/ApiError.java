package dev.tunedrop.endpoint.api;

import org.jspecify.annotations.Nullable;

/// A refusal in OpenAI's form: an HTTP status and one sentence.
public final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int RETRY_SECONDS = 2;

    private final int status;
    private final String type;
    private final @Nullable String param;
    private final @Nullable String code;

    private ApiError(int status, String type, @Nullable String param, @Nullable String code, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    /// A field whose value cannot be served.
    public static ApiError invalid(@Nullable String param, String message) {
        return new ApiError(400, "invalid_request_error", param, "invalid_value", message);
    }

    /// The same with a code of OpenAI's that clients know.
    public static ApiError invalid(@Nullable String param, String code, String message) {
        return new ApiError(400, "invalid_request_error", param, code, message);
    }

    public static ApiError notFound(@Nullable String param, String code, String message) {
        return new ApiError(404, "invalid_request_error", param, code, message);
    }

    public static ApiError conflict(String message) {
        return new ApiError(409, "invalid_request_error", "name", "name_taken", message);
    }

    public static ApiError wrongMethod(String message) {
        return new ApiError(405, "invalid_request_error", null, "method_not_allowed", message);
    }

    public static ApiError tooLarge(String message) {
        return new ApiError(413, "invalid_request_error", null, "body_too_large", message);
    }

    public static ApiError wrongMediaType(String message) {
        return new ApiError(415, "invalid_request_error", null, "unsupported_media_type", message);
    }

    public static ApiError busy(String message) {
        return new ApiError(429, "rate_limit_error", null, "queue_full", message);
    }

    public static ApiError unavailable(String message) {
        return new ApiError(503, "server_error", null, "unavailable", message);
    }

    public static ApiError timedOut(String message) {
        return new ApiError(504, "server_error", null, "timeout", message);
    }

    public static ApiError internal(String message) {
        return new ApiError(500, "server_error", null, null, message);
    }

    public int status() {
        return status;
    }

    /// After how many seconds the same request may succeed; null where it never will.
    public @Nullable Integer retryAfterSeconds() {
        return status == 429 || status == 503 ? RETRY_SECONDS : null;
    }

    public ErrorReply reply() {
        return new ErrorReply(new ErrorReply.Detail(String.valueOf(getMessage()), type, param, code));
    }
}
