package dev.tunedrop.functions.provider.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.faults.FaultyService.Asked;
import dev.tunedrop.functions.provider.faults.FaultyService.Said;

/// Bedrock's control plane as far as customisation goes, with state.
public final class FakeBedrock extends FakeAwsService {

    private static final String JOBS = "/model-customization-jobs";
    private static final String ASKED = "/model/";
    private static final String DEPLOYMENTS = "/model-customization/custom-model-deployments";
    private static final String ACCOUNT = "arn:aws:bedrock:us-east-1:111122223333:";

    static final String ROLE = "arn:aws:iam::111122223333:role/tunedrop-bedrock";

    private final Map<String, ObjectNode> deployments = new LinkedHashMap<>();
    private final List<ObjectNode> created = new ArrayList<>();
    private boolean deploysAtOnce;

    public FakeBedrock() {
        this(AwsModel.published("aws-bedrock.json"));
    }

    FakeBedrock(AwsModel model) {
        super(model);
    }

    @Override
    public String operation(Asked asked) {
        if (asked.path().startsWith(ASKED)) return "Converse";
        boolean get = asked.method().equals("GET");
        if (asked.path().startsWith(DEPLOYMENTS)) {
            if (get) return "GetCustomModelDeployment";
            return asked.method().equals("PATCH") ? "UpdateCustomModelDeployment" : "CreateCustomModelDeployment";
        }
        if (asked.path().endsWith("/stop")) return "StopModelCustomizationJob";
        return get ? "GetModelCustomizationJob" : "CreateModelCustomizationJob";
    }

    @Override
    public List<String> operationsOfASubmit() {
        return List.of("GetModelCustomizationJob", "CreateModelCustomizationJob");
    }

    @Override
    public Map<String, String> settings(String address) {
        return Map.of(
                "TUNEDROP_BEDROCK_ROLE",
                ROLE,
                "aws.endpointUrlBedrock",
                address,
                "aws.endpointUrlBedrockRuntime",
                address);
    }

    synchronized ObjectNode job(String arn) {
        ObjectNode job = find(jobs, arn);
        if (job == null) throw new IllegalArgumentException("no job " + arn);
        return job;
    }

    /// Bodies of the creates that were good, the oldest first.
    synchronized List<ObjectNode> created() {
        return List.copyOf(created);
    }

    synchronized ObjectNode onlyDeployment() {
        if (deployments.size() != 1) throw new IllegalStateException(deployments.size() + " deployments");
        return deployments.values().iterator().next();
    }

    @Override
    public synchronized void succeed(String arn) {
        complete(arn, 0.25);
        deploysAtOnce = true;
    }

    /// Ends a job well; the model's ARN.
    synchronized String complete(String arn, double validationLoss) {
        ObjectNode job = job(arn);
        String base = created.stream()
                .filter(body -> body.path("jobName").equals(job.path("jobName")))
                .findFirst()
                .orElseThrow()
                .path("baseModelIdentifier")
                .asText();
        String made = ACCOUNT + "custom-model/" + base + "/" + "%012d".formatted(jobs.size());
        job.put("status", "Completed").put("outputModelArn", made);
        job.putArray("validationMetrics").addObject().put("validationLoss", validationLoss);
        return made;
    }

    /// Questions go to the runtime, whose model is another.
    @Override
    List<String> faults(String operation, Asked asked) {
        if (!operation.equals("Converse")) return super.faults(operation, asked);
        JsonNode body = Json.tree(asked.body(), operation);
        boolean good = body.at("/messages/0/content/0/text").isTextual()
                && body.at("/inferenceConfig/maxTokens").isIntegralNumber();
        return good ? List.of() : List.of("a question of " + body);
    }

    @Override
    Said answer(String operation, Asked asked) {
        return switch (operation) {
            case "Converse" -> converse(asked);
            case "CreateModelCustomizationJob" -> create(Json.tree(asked.body(), operation));
            case "GetModelCustomizationJob" -> said(find(jobs, identifier(asked)));
            case "StopModelCustomizationJob" -> stop(find(jobs, identifier(asked)));
            case "CreateCustomModelDeployment" -> deploy(Json.tree(asked.body(), operation));
            case "GetCustomModelDeployment" -> said(find(deployments, identifier(asked)));
            case "UpdateCustomModelDeployment" ->
                update(find(deployments, identifier(asked)), Json.tree(asked.body(), operation));
            default -> throw new IllegalStateException(operation);
        };
    }

    private Said converse(Asked asked) {
        String arn = URLDecoder.decode(
                asked.path().substring(ASKED.length()).replaceFirst("/converse$", ""), StandardCharsets.UTF_8);
        if (!deployments.containsKey(arn)) return error(404, "ResourceNotFoundException");
        return new Said(
                200,
                "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"" + ANSWER
                        + "\"}]}},\"stopReason\":\"end_turn\"}");
    }

    private Said create(JsonNode body) {
        ObjectNode same = find(jobs, body.path("jobName").asText());
        if (same != null) {
            if (!same.path("clientRequestToken").equals(body.path("clientRequestToken")))
                return error(400, "ConflictException");
            return new Said(201, "{\"jobArn\":\"" + same.path("jobArn").asText() + "\"}");
        }
        String base = body.path("baseModelIdentifier").asText();
        String arn = ACCOUNT + "model-customization-job/" + base + "/" + "%012d".formatted(jobs.size() + 1);
        ObjectNode job = Json.mapper().createObjectNode().put("jobArn", arn).put("status", "InProgress");
        job.set("jobName", body.path("jobName"));
        job.set("clientRequestToken", body.path("clientRequestToken"));
        phases(job, "InProgress", "NotStarted", "NotStarted");
        jobs.put(arn, job);
        created.add((ObjectNode) body);
        return new Said(201, "{\"jobArn\":\"" + arn + "\"}");
    }

    static void phases(ObjectNode job, String validation, String processing, String training) {
        ObjectNode details = job.putObject("statusDetails");
        details.putObject("validationDetails").put("status", validation);
        details.putObject("dataProcessingDetails").put("status", processing);
        details.putObject("trainingDetails").put("status", training);
    }

    private static Said stop(@Nullable ObjectNode job) {
        if (job == null) return error(404, "ResourceNotFoundException");
        if (!job.path("status").asText().equals("InProgress")) return error(400, "ConflictException");
        job.put("status", "Stopped");
        return new Said(200, "{}");
    }

    private Said deploy(JsonNode body) {
        String arn = ACCOUNT + "custom-model-deployment/" + "%012d".formatted(deployments.size() + 1);
        ObjectNode deployment = Json.mapper().createObjectNode().put("customModelDeploymentArn", arn);
        deployment.set("modelDeploymentName", body.path("modelDeploymentName"));
        deployment.set("modelArn", body.path("modelArn"));
        deployment.put("status", deploysAtOnce ? "Active" : "Creating");
        deployments.put(arn, deployment);
        return new Said(202, "{\"customModelDeploymentArn\":\"" + arn + "\"}");
    }

    private static Said update(@Nullable ObjectNode deployment, JsonNode body) {
        if (deployment == null) return error(404, "ResourceNotFoundException");
        ObjectNode update = deployment.putObject("updateDetails").put("updateStatus", "Updating");
        update.set("modelArn", body.path("modelArn"));
        String arn = deployment.path("customModelDeploymentArn").asText();
        return new Said(202, "{\"customModelDeploymentArn\":\"" + arn + "\"}");
    }

    /// By its ARN or its name.
    private static @Nullable ObjectNode find(Map<String, ObjectNode> things, String identifier) {
        for (Map.Entry<String, ObjectNode> thing : things.entrySet())
            if (thing.getKey().equals(identifier)
                    || thing.getValue().path("jobName").asText().equals(identifier)
                    || thing.getValue().path("modelDeploymentName").asText().equals(identifier))
                return thing.getValue();
        return null;
    }

    private static String identifier(Asked asked) {
        String rest = asked.path().startsWith(DEPLOYMENTS)
                ? asked.path().substring(DEPLOYMENTS.length() + 1)
                : asked.path().substring(JOBS.length() + 1);
        return URLDecoder.decode(rest.replaceFirst("/stop$", ""), StandardCharsets.UTF_8);
    }

    private static Said said(@Nullable ObjectNode object) {
        return object == null ? error(404, "ResourceNotFoundException") : new Said(200, Json.writeLine(object));
    }

    private static Said error(int status, String type) {
        return error(status, type, HUSH);
    }
}
