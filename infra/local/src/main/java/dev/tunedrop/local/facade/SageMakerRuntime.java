package dev.tunedrop.local.facade;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.sagemaker.EndpointService;
import dev.tunedrop.local.sagemaker.SageMakerException;

/// `InvokeEndpoint`: bytes in, bytes out. A container that refuses is `ModelError` with its own status inside.
final class SageMakerRuntime implements Facade.RuntimeApi {

    private static final int MAX_BODY_BYTES = 6 * 1024 * 1024;

    private final EndpointService sagemaker;

    SageMakerRuntime(EndpointService sagemaker) {
        this.sagemaker = sagemaker;
    }

    @Override
    public void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getRawPath();
        if (!path.matches("/endpoints/[^/]+/invocations")
                || !exchange.getRequestMethod().equals("POST"))
            throw new ApiError(404, "UnknownOperationException", "Nothing is served at this path.");
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES)
            throw new ApiError("ValidationError", "The body must have at most 6291456 bytes.");
        String component =
                header(exchange, "X-Amzn-SageMaker-Inference-Component").orElse("");
        HttpResponse<byte[]> response = call(
                Facade.segment(path, 2),
                component,
                header(exchange, "Content-Type").orElse("application/json"),
                body);
        if (response.statusCode() / 100 != 2) {
            refuse(exchange, response);
            return;
        }
        response.headers()
                .firstValue("Content-Type")
                .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
        exchange.getResponseHeaders().set("x-Amzn-Invoked-Production-Variant", "AllTraffic");
        exchange.sendResponseHeaders(200, response.body().length == 0 ? -1 : response.body().length);
        exchange.getResponseBody().write(response.body());
    }

    private HttpResponse<byte[]> call(String endpoint, String component, String type, byte[] body)
            throws IOException, InterruptedException {
        try {
            return sagemaker.invoke(endpoint, component, type, body);
        } catch (SageMakerException e) {
            throw new ApiError("ValidationError", e.getMessage() == null ? "" : e.getMessage());
        } catch (IOException e) {
            throw new ApiError(503, "ServiceUnavailable", "The container cannot be reached: " + e.getMessage());
        }
    }

    private static void refuse(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
        String said = new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
        ObjectNode error = Json.mapper().createObjectNode();
        error.put("ErrorCode", "CLIENT_ERROR_FROM_MODEL");
        error.put(
                "Message",
                "Received client error (%d) from model with message \"%s\".".formatted(response.statusCode(), said));
        error.put("OriginalStatusCode", response.statusCode()).put("OriginalMessage", said);
        byte[] bytes = Json.bytes(error);
        exchange.getResponseHeaders().set("x-amzn-ErrorType", "ModelError");
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(424, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }
}
