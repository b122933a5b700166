package dev.tunedrop.local.managed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.quote.QuoteRoutesHandler;

/// The shipped quote, but this machine costs five dollars: a machine that is there already costs nothing, and then
/// nobody is asked.
public final class DearMachine implements RequestStreamHandler {

    private final QuoteRoutesHandler shipped = new QuoteRoutesHandler();
    private final Objects artefacts = Wiring.cloud().artefacts();

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        byte[] input = in.readAllBytes();
        shipped.handleRequest(new ByteArrayInputStream(input), out, context);
        RunFiles files = new RunFiles(Json.tree(input, "input").path("runId").asText());
        ObjectNode quote = artefacts.json(files.quote(), ObjectNode.class);
        for (JsonNode route : quote.path("routes"))
            if (route.path("route").asText().equals("local/cpu")) ((ObjectNode) route).set("trainingUsd", five());
        artefacts.putJson(files.quote(), quote);
    }

    private static ObjectNode five() {
        BigDecimal dollars = new BigDecimal("5");
        return Json.mapper()
                .createObjectNode()
                .put("low", dollars)
                .put("expected", dollars)
                .put("high", dollars);
    }
}
