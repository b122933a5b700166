package dev.tunedrop.local.finetuning.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointResponse;
import software.amazon.awssdk.services.sagemakerruntime.model.ModelErrorException;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.Addresses;
import dev.tunedrop.local.Names;
import dev.tunedrop.local.facade.EventStream;
import dev.tunedrop.local.finetuning.CloudDoor;
import dev.tunedrop.local.finetuning.http.Reply;

/// The cloud by the SDK's own settings. Holding a job is the one thing that Batch has no word for; the local cloud has.
public final class SdkCloudDoor implements CloudDoor {

    /// A first answer may have to wait for its container.
    private static final Duration ANSWER = Duration.ofMinutes(10);

    private static final Duration CALL = Duration.ofMinutes(1);
    private static final String EXECUTIONS = Names.STATE_MACHINE.replace(":stateMachine:", ":execution:") + ":";

    private final Addresses addresses;
    private final SfnClient states = SfnClient.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    private final SageMakerRuntimeClient runtime = SageMakerRuntimeClient.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(ANSWER))
            .overrideConfiguration(o -> o.apiCallTimeout(ANSWER).retryStrategy(retry -> retry.maxAttempts(1)))
            .build();
    private final HttpClient http = HttpClient.newHttpClient();

    public SdkCloudDoor(Addresses addresses) {
        this.addresses = addresses;
    }

    @Override
    public void stop(String runId, String cause) {
        try {
            states.stopExecution(r -> r.executionArn(EXECUTIONS + runId)
                    .error("Tunedrop.Cancelled")
                    .cause(cause));
        } catch (ExecutionDoesNotExistException e) {
            return; // it never began
        }
    }

    @Override
    public void hold(String runId) {
        ask("hold", runId);
    }

    @Override
    public void release(String runId) {
        ask("release", runId);
    }

    private void ask(String operation, String runId) {
        HttpRequest request = HttpRequest.newBuilder(addresses.api().resolve("/v1/tunedrop/" + operation))
                .timeout(CALL)
                .header("Authorization", "Credential=" + addresses.accessKeyId() + "/")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        Json.writeLine(Json.mapper().createObjectNode().put("jobName", runId))))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200)
                throw new IllegalStateException(
                        "the local cloud did not %s %s: %s".formatted(operation, runId, answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException("the local cloud could not be asked to " + operation + " " + runId, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + runId + " was asked to " + operation, e);
        }
    }

    @Override
    public Reply.Passed chat(String endpoint, String component, byte[] body) {
        try {
            InvokeEndpointResponse answer = runtime.invokeEndpoint(r -> r.endpointName(endpoint)
                    .inferenceComponentName(component)
                    .contentType("application/json")
                    .body(SdkBytes.fromByteArray(body)));
            return new Reply.Passed(200, answer.contentType(), answer.body().asByteArray());
        } catch (ModelErrorException e) {
            return new Reply.Passed(
                    e.originalStatusCode(),
                    "application/json",
                    e.originalMessage().getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Over HTTP, since the SDK streams answers with its asynchronous clients only.
    @Override
    public Reply stream(String endpoint, String component, byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(
                        addresses.api().resolve("/endpoints/" + endpoint + "/invocations-response-stream"))
                .timeout(ANSWER)
                .header("Authorization", "Credential=" + addresses.accessKeyId() + "/")
                .header("Content-Type", "application/json")
                .header("X-Amzn-SageMaker-Inference-Component", component)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() == 200)
                return new Reply.Streamed(
                        answer.headers()
                                .firstValue("X-Amzn-SageMaker-Content-Type")
                                .orElse("text/event-stream"),
                        EventStream.payload(answer.body()));
            try (InputStream words = answer.body()) {
                return refused(endpoint, Json.tree(words.readAllBytes(), "the endpoint's refusal"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the endpoint " + endpoint + " could not be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + endpoint + " was asked", e);
        }
    }

    private static Reply refused(String endpoint, JsonNode error) {
        if (!error.has("OriginalStatusCode"))
            throw new IllegalStateException("the endpoint " + endpoint + " could not be asked: "
                    + error.path("message").asText());
        return new Reply.Passed(
                error.path("OriginalStatusCode").asInt(),
                "application/json",
                error.path("OriginalMessage").asText().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        states.close();
        runtime.close();
        http.close();
    }
}
