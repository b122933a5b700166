package dev.tunedrop.local.finetuning.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// A request that is not done, as OpenAI says it: `{"error": {"message", "type", "param", "code"}}`.
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String INVALID = "invalid_request_error";

    private final int status;
    private final String type;
    private final @Nullable String param;
    private final @Nullable String code;

    private Refusal(int status, String type, @Nullable String param, @Nullable String code, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    /// @param param the field at fault; null when it is none in particular
    public static Refusal invalid(@Nullable String param, @Nullable String code, String message) {
        return new Refusal(400, INVALID, param, code, message);
    }

    public static Refusal unauthorized(String message) {
        return new Refusal(401, INVALID, null, "invalid_api_key", message);
    }

    public static Refusal forbidden(String message) {
        return new Refusal(403, INVALID, null, "forbidden", message);
    }

    public static Refusal notFound(@Nullable String param, @Nullable String code, String message) {
        return new Refusal(404, INVALID, param, code, message);
    }

    public static Refusal misdirected(String message) {
        return new Refusal(421, INVALID, null, "misdirected_request", message);
    }

    public static Refusal tooLarge(@Nullable String param, String message) {
        return new Refusal(413, INVALID, param, "request_too_large", message);
    }

    /// Not now; asking again later may do.
    public static Refusal notYet(String message) {
        return new Refusal(503, "server_error", null, "not_ready", message);
    }

    /// Our own fault; the message names nothing of it.
    public static Refusal fault() {
        return new Refusal(
                500, "server_error", null, "server_error", "Something went wrong here. The server's log says what.");
    }

    public int status() {
        return status;
    }

    ObjectNode body() {
        ObjectNode body = Json.mapper().createObjectNode();
        body.putObject("error")
                .put("message", getMessage())
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return body;
    }
}
