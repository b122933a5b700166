package dev.tunedrop.functions.provider.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.faults.FaultyService.Asked;
import dev.tunedrop.functions.provider.faults.FaultyService.Said;

/// SageMaker's training jobs, as far as serverless customisation goes. A request that AWS's model does not allow is
/// refused, and so is one that names an instance or an image, which a serverless job has not.
final class FakeSageMaker implements FaultyService.Behaviour {

    private static final String ACCOUNT = "arn:aws:sagemaker:us-east-1:111122223333:";

    private final AwsModel model;
    private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private boolean hidden;

    FakeSageMaker(AwsModel model) {
        this.model = model;
    }

    /// Faults are set on these.
    static String operation(Asked asked) {
        return asked.headers().getOrDefault("x-amz-target", "").replaceFirst("^SageMaker\\.", "");
    }

    synchronized int jobs() {
        return jobs.size();
    }

    synchronized ObjectNode job(String name) {
        ObjectNode job = jobs.get(name);
        if (job == null) throw new IllegalArgumentException("no job " + name);
        return job;
    }

    synchronized boolean has(String name) {
        return jobs.containsKey(name);
    }

    /// The next question after a job is answered as if another's create were still under way.
    synchronized void hideOnce() {
        hidden = true;
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public synchronized Said answer(Asked asked) {
        String operation = operation(asked);
        List<String> faults = model.check(operation, asked);
        if (!faults.isEmpty()) return complain(faults);
        JsonNode body = Json.tree(asked.body(), operation);
        String name = body.path("TrainingJobName").asText();
        return switch (operation) {
            case "CreateTrainingJob" -> create(name, (ObjectNode) body);
            case "DescribeTrainingJob" -> describe(name);
            case "StopTrainingJob" -> stop(name);
            default -> complain(List.of("no operation " + operation));
        };
    }

    private Said create(String name, ObjectNode body) {
        if (jobs.containsKey(name)) return error("ResourceInUse", "Training job names must be unique");
        for (String absent : List.of("ResourceConfig", "AlgorithmSpecification"))
            if (body.has(absent)) return complain(List.of("a serverless job has no " + absent));
        if (!body.has("ServerlessJobConfig") || !body.has("ModelPackageConfig"))
            return complain(List.of("a job needs a serverless configuration and a model package group"));
        ObjectNode job = body.deepCopy();
        job.put("TrainingJobArn", ACCOUNT + "training-job/" + name);
        job.put("TrainingJobStatus", "InProgress").put("SecondaryStatus", "Starting");
        jobs.put(name, job);
        return new Said(200, "{\"TrainingJobArn\":\"" + ACCOUNT + "training-job/" + name + "\"}");
    }

    private Said describe(String name) {
        boolean show = jobs.containsKey(name) && !hidden;
        hidden = false;
        return show ? new Said(200, Json.writeLine(job(name))) : missing();
    }

    private Said stop(String name) {
        ObjectNode job = jobs.get(name);
        if (job == null) return missing();
        if (!job.path("TrainingJobStatus").asText().equals("InProgress"))
            return error(
                    "ValidationException", "The request was rejected because the training job is in status Stopped");
        job.put("TrainingJobStatus", "Stopped").put("SecondaryStatus", "Stopped");
        return new Said(200, "{}");
    }

    private Said complain(List<String> what) {
        complaints.addAll(what);
        return error("ValidationException", "1 validation error detected");
    }

    private static Said missing() {
        return error("ValidationException", "Requested resource not found.");
    }

    private static Said error(String type, String message) {
        return new Said(400, "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}");
    }
}
