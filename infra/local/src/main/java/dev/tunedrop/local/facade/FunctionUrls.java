package dev.tunedrop.local.facade;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.lambda.FunctionError;
import dev.tunedrop.local.lambda.FunctionHost;
import dev.tunedrop.local.lambda.FunctionSpec;

/// `/functions/NAME/…`: the URL of a function, open to everybody as it is at AWS. A request is handed on in payload
/// format 2.0; a function that fails answers 502.
public final class FunctionUrls {

    static final String PREFIX = "/functions/";

    private static final int MAX_BODY_BYTES = 6 * 1024 * 1024;
    private static final int BAD_GATEWAY = 502;

    private final FunctionHost host;
    private final Set<String> open;

    /// @param open names of the functions that have a URL
    public FunctionUrls(FunctionHost host, Set<String> open) {
        this.host = host;
        this.open = Set.copyOf(open);
    }

    void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getRawPath().substring(PREFIX.length());
        int slash = path.indexOf('/');
        String name = slash < 0 ? path : path.substring(0, slash);
        FunctionSpec function = host.find(name)
                .filter(known -> open.contains(known.name()))
                .orElseThrow(() -> new ApiError(404, "ResourceNotFoundException", "No function has this URL."));
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) throw new ApiError(413, "RequestEntityTooLarge", "The body is too large.");
        int status;
        byte[] said = new byte[0];
        try {
            byte[] answer =
                    host.invoke(function, Json.bytes(event(exchange, slash < 0 ? "/" : path.substring(slash), body)));
            JsonNode reply = Json.tree(answer, name);
            status = reply.path("statusCode").asInt(200);
            said = reply.path("body").asText("").getBytes(StandardCharsets.UTF_8);
        } catch (FunctionError e) {
            status = BAD_GATEWAY;
        }
        exchange.sendResponseHeaders(status, said.length == 0 ? -1 : said.length);
        if (said.length > 0) exchange.getResponseBody().write(said);
    }

    private static ObjectNode event(HttpExchange exchange, String path, byte[] body) {
        ObjectNode event =
                Json.mapper().createObjectNode().put("version", "2.0").put("rawPath", path);
        String query = exchange.getRequestURI().getRawQuery();
        event.put("rawQueryString", query == null ? "" : query);
        ObjectNode headers = event.putObject("headers");
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        event.putObject("requestContext")
                .putObject("http")
                .put("method", exchange.getRequestMethod())
                .put("path", path);
        return event.put("body", new String(body, StandardCharsets.UTF_8)).put("isBase64Encoded", false);
    }
}
