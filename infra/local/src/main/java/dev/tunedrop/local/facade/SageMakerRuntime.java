package dev.tunedrop.local.facade;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.sagemaker.EndpointService;
import dev.tunedrop.local.sagemaker.SageMakerException;

/// `InvokeEndpoint`: bytes in, bytes out. `InvokeEndpointWithResponseStream`: what the container writes goes out as it
/// comes, a `PayloadPart` of AWS's event stream each time. A container that refuses is `ModelError` with its own status
/// inside.
final class SageMakerRuntime implements Facade.RuntimeApi {

    private static final int MAX_BODY_BYTES = 6 * 1024 * 1024;

    private static final int MOST_PART_BYTES = 1 << 16;
    private static final String VARIANT = "x-Amzn-Invoked-Production-Variant";

    private final EndpointService sagemaker;

    SageMakerRuntime(EndpointService sagemaker) {
        this.sagemaker = sagemaker;
    }

    @Override
    public void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getRawPath();
        if (!path.matches("/endpoints/[^/]+/invocations(-response-stream)?")
                || !exchange.getRequestMethod().equals("POST"))
            throw new ApiError(404, "UnknownOperationException", "Nothing is served at this path.");
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES)
            throw new ApiError("ValidationError", "The body must have at most 6291456 bytes.");
        String component =
                header(exchange, "X-Amzn-SageMaker-Inference-Component").orElse("");
        HttpResponse<InputStream> response = call(
                Facade.segment(path, 2),
                component,
                header(exchange, "Content-Type").orElse("application/json"),
                body);
        try (InputStream said = response.body()) {
            String type = response.headers().firstValue("Content-Type").orElse("application/octet-stream");
            if (response.statusCode() / 100 != 2) refuse(exchange, response.statusCode(), said.readAllBytes());
            else if (path.endsWith("-response-stream")) stream(exchange, type, said);
            else whole(exchange, type, said.readAllBytes());
        }
    }

    private static void whole(HttpExchange exchange, String type, byte[] said) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set(VARIANT, "AllTraffic");
        exchange.sendResponseHeaders(200, said.length == 0 ? -1 : said.length);
        exchange.getResponseBody().write(said);
    }

    private static void stream(HttpExchange exchange, String type, InputStream said) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", EventStream.TYPE);
        exchange.getResponseHeaders().set("X-Amzn-SageMaker-Content-Type", type);
        exchange.getResponseHeaders().set(VARIANT, "AllTraffic");
        exchange.sendResponseHeaders(200, 0);
        byte[] buffer = new byte[MOST_PART_BYTES];
        try (OutputStream out = exchange.getResponseBody()) {
            for (int n = said.read(buffer); n >= 0; n = said.read(buffer)) {
                if (n == 0) continue;
                EventStream.part(out, Arrays.copyOf(buffer, n));
                out.flush();
            }
        }
    }

    private HttpResponse<InputStream> call(String endpoint, String component, String type, byte[] body)
            throws IOException, InterruptedException {
        try {
            return sagemaker.invoke(endpoint, component, type, body, HttpResponse.BodyHandlers.ofInputStream());
        } catch (SageMakerException e) {
            throw new ApiError("ValidationError", e.getMessage() == null ? "" : e.getMessage());
        } catch (IOException e) {
            throw new ApiError(503, "ServiceUnavailable", "The container cannot be reached: " + e.getMessage());
        }
    }

    private static void refuse(HttpExchange exchange, int status, byte[] words) throws IOException {
        String said = new String(words, java.nio.charset.StandardCharsets.UTF_8);
        ObjectNode error = Json.mapper().createObjectNode();
        error.put("ErrorCode", "CLIENT_ERROR_FROM_MODEL");
        error.put("Message", "Received client error (%d) from model with message \"%s\".".formatted(status, said));
        error.put("OriginalStatusCode", status).put("OriginalMessage", said);
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
