package dev.tunedrop.local.lambda;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.states.AslFailure;
import dev.tunedrop.local.states.Integration;

/// `arn:aws:states:::lambda:invoke`: a function that throws fails the task under the name of the class it threw.
public final class LambdaInvoke implements Integration {

    public static final String ARN = "arn:aws:states:::lambda:invoke";

    private final FunctionHost host;
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

    public LambdaInvoke(FunctionHost host) {
        this.host = host;
    }

    @Override
    public CompletableFuture<JsonNode> call(Call call) {
        String name = call.arguments().path("FunctionName").asText();
        FunctionSpec function = host.find(name)
                .orElseThrow(() -> new AslFailure("Lambda.ResourceNotFoundException", "Function not found: " + name));
        byte[] payload = Json.bytes(call.arguments().path("Payload"));
        return CompletableFuture.supplyAsync(() -> invoke(function, payload), threads);
    }

    private JsonNode invoke(FunctionSpec function, byte[] payload) {
        try {
            byte[] answer = host.invoke(function, payload);
            ObjectNode result = Json.mapper().createObjectNode();
            result.put("ExecutedVersion", "$LATEST").put("StatusCode", 200);
            result.set("Payload", answer.length == 0 ? NullNode.getInstance() : Json.tree(answer, function.name()));
            result.putObject("SdkHttpMetadata").put("HttpStatusCode", 200);
            result.putObject("SdkResponseMetadata")
                    .put("RequestId", UUID.randomUUID().toString());
            return result;
        } catch (FunctionError e) {
            throw new AslFailure(e.errorType(), Json.writeLine(e.payload()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AslFailure("Lambda.Unknown", "the cloud is stopping", e);
        }
    }

    @Override
    public String resourceType() {
        return "lambda";
    }

    @Override
    public String resource() {
        return "invoke";
    }
}
