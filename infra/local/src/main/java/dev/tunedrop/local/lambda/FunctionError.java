package dev.tunedrop.local.lambda;

import java.util.Arrays;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// A function that did not answer, as Lambda reports it: `errorType` is the class (or `Sandbox.Timedout`), and the
/// payload is what Lambda's Java runtime would send.
public final class FunctionError extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int FRAMES = 20;

    private final String errorType;

    public FunctionError(String errorType, String message) {
        super(message);
        this.errorType = errorType;
    }

    public FunctionError(Throwable thrown) {
        super(thrown.getMessage() == null ? thrown.toString() : thrown.getMessage(), thrown);
        this.errorType = thrown.getClass().getName();
    }

    public String errorType() {
        return errorType;
    }

    /// `{"errorMessage", "errorType", "stackTrace"}`.
    public ObjectNode payload() {
        ObjectNode payload = Json.mapper().createObjectNode();
        payload.put("errorMessage", getMessage()).put("errorType", errorType);
        Throwable cause = getCause();
        if (cause != null) {
            ArrayNode frames = payload.putArray("stackTrace");
            Arrays.stream(cause.getStackTrace()).limit(FRAMES).forEach(frame -> frames.add(frame.toString()));
        }
        return payload;
    }
}
