package dev.tunedrop.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;

/// Functions of the toy workflow, as a team would write them: SDK clients made by the no-argument constructor.
public final class ToyHandlers {

    static final AtomicInteger INTAKES = new AtomicInteger();

    private ToyHandlers() {}

    /// Starts an execution per drop.
    public static final class Intake implements RequestStreamHandler {
        private final SfnClient states =
                SfnClient.builder().httpClient(UrlConnectionHttpClient.create()).build();

        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
            JsonNode event = Json.mapper().readTree(input);
            for (JsonNode item : event.path("Records")) {
                INTAKES.incrementAndGet();
                JsonNode object = Json.mapper().readTree(item.path("body").asText());
                JsonNode detail = object.path("detail");
                DropRef drop = new DropRef(
                        detail.at("/bucket/name").asText(),
                        detail.at("/object/key").asText(),
                        "etag:" + detail.at("/object/etag").asText(),
                        detail.at("/object/size").asLong());
                ObjectNode start = Json.mapper().createObjectNode();
                start.put("runId", drop.runId()).put("key", drop.key()).put("sizeBytes", drop.sizeBytes());
                try {
                    states.startExecution(b -> b.stateMachineArn(System.getProperty("TUNEDROP_STATE_MACHINE"))
                            .name(drop.runId())
                            .input(Json.writeLine(start)));
                } catch (ExecutionAlreadyExistsException known) {
                    context.getLogger().log("known: " + drop.runId());
                }
            }
            output.write("{\"batchItemFailures\":[]}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    /// Answers what it was asked, or throws what it was told to.
    public static final class Echo implements RequestStreamHandler {
        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
            JsonNode event = Json.mapper().readTree(input);
            if (event.path("throw").asBoolean()) throw new IllegalStateException("told to");
            output.write(Json.bytes(event));
        }
    }

    /// A training job: writes a line, ends with the exit code it is told, 75 on the first attempt if told so.
    public static final class ToyJob {
        private ToyJob() {}

        public static void main(String[] args) {
            System.out.println(
                    "attempt " + System.getenv("AWS_BATCH_JOB_ATTEMPT") + " of " + System.getenv("TUNEDROP_RUN"));
            boolean first = "1".equals(System.getenv("AWS_BATCH_JOB_ATTEMPT"));
            String told = System.getenv().getOrDefault("TOY_EXIT", "0");
            if (told.equals("75-first")) System.exit(first ? 75 : 0);
            System.exit(Integer.parseInt(told));
        }
    }
}
