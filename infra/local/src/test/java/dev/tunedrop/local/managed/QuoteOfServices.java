package dev.tunedrop.local.managed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.quote.QuoteRoutesHandler;

/// The shipped quote with prices that lead to a service: one model there for half a dollar, this machine for five. A
/// dataset named `only` has the service's route alone.
public final class QuoteOfServices implements RequestStreamHandler {

    static final String ROUTE = "openai/gpt-4.1-mini-2025-04-14";

    private final QuoteRoutesHandler shipped = new QuoteRoutesHandler();
    private final Objects artefacts = Wiring.cloud().artefacts();

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        byte[] input = in.readAllBytes();
        shipped.handleRequest(new java.io.ByteArrayInputStream(input), out, context);
        RunFiles files = new RunFiles(Json.tree(input, "input").path("runId").asText());
        ObjectNode quote = artefacts.json(files.quote(), ObjectNode.class);
        ArrayNode routes = Json.mapper().createArrayNode().add(service());
        boolean only = artefacts
                .json(files.drop(), JsonNode.class)
                .path("key")
                .asText()
                .startsWith("only/");
        if (!only)
            for (JsonNode route : quote.path("routes"))
                if (route.path("route").asText().equals("local/cpu")) {
                    ((ObjectNode) route).set("trainingUsd", range("5"));
                    routes.add(route);
                }
        quote.set("routes", routes);
        artefacts.putJson(files.quote(), quote);
    }

    private static ObjectNode service() {
        ObjectNode route = Json.mapper().createObjectNode();
        route.put("route", ROUTE)
                .put("provider", "openai")
                .put("method", "sft")
                .put("instance", "")
                .put("spot", false);
        route.putArray("refusals");
        route.set("trainingUsd", range("0.5"));
        route.set("trainingSeconds", range("600"));
        return route;
    }

    private static ObjectNode range(String figure) {
        java.math.BigDecimal number = new java.math.BigDecimal(figure);
        return Json.mapper()
                .createObjectNode()
                .put("low", number)
                .put("expected", number)
                .put("high", number);
    }
}
