package dev.tunedrop.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// Stands for each step of the shipped workflow that a test is not about, and answers at once as if all went well. Of
/// routes it takes the one on spot machines, and the one on demand once spot is out.
public final class ScriptedSteps implements RequestStreamHandler {

    private static final Map<String, String> ANSWERS = Map.of(
            "PlanChunks", "{\"chunks\":[{\"index\":0,\"start\":0,\"end\":1}]}",
            "AssembleDataset", "{\"verdict\":\"ACCEPTED\",\"reason\":\"\"}",
            "EvaluateAdapter", "{\"passed\":true,\"reason\":\"\"}",
            "PublishAdapter", "{\"status\":\"PUBLISHED\",\"waitingFor\":\"\"}");

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        JsonNode request = Json.tree(input.readAllBytes(), "the step's input");
        String name = context.getFunctionName();
        String answer = name.equals("ChooseRoute")
                ? route(!request.path("excluded").isEmpty())
                : ANSWERS.getOrDefault(name, "{}");
        output.write(answer.getBytes(StandardCharsets.UTF_8));
    }

    private static String route(boolean onDemand) {
        return """
                {"next":"TRAIN","reason":"","attempts":1,"attemptSeconds":600,"usdPerHour":"1","provider":"batch",
                 "route":"batch/g6.xlarge/%s","onDemand":%s}""".formatted(onDemand ? "on-demand" : "spot", onDemand);
    }

    /// The shipped workflow with the shipped handlers of some functions and this one for the rest.
    ///
    /// @param workflow the shipped one, or a variant of it
    /// @param jobMain main class of the training job
    public static CloudOptions options(Path home, Workflow workflow, Set<String> shipped, String jobMain) {
        ObjectNode functions = workflow.functions().deepCopy();
        for (Map.Entry<String, JsonNode> function : functions.properties())
            if (!shipped.contains(function.getKey()))
                ((ObjectNode) function.getValue()).put("handler", ScriptedSteps.class.getName());
        return new CloudOptions(
                home,
                home.resolve("models"),
                0,
                new Workflow(workflow.machine(), functions, workflow.queues(), workflow.rules(), workflow.tables()),
                jobMain,
                "dev.tunedrop.local.sagemaker.ToyEndpoint",
                List.of(),
                1);
    }
}
