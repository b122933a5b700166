package dev.tunedrop.functions.provider.aws;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.faults.FaultyService.Asked;
import dev.tunedrop.functions.provider.faults.FaultyService.Said;

/// SageMaker's training jobs, as far as serverless customisation goes. A request that names an instance or an image,
/// which a serverless job has not, is refused.
public final class FakeSageMaker extends FakeAwsService {

    private static final String ACCOUNT = "arn:aws:sagemaker:us-east-1:111122223333:";

    static final String ROLE = "arn:aws:iam::111122223333:role/tunedrop-customisation";
    static final String GROUP = "arn:aws:sagemaker:us-east-1:111122223333:model-package-group/tunedrop";

    private boolean hidden;

    public FakeSageMaker() {
        this(AwsModel.published("aws-sagemaker.json"));
    }

    FakeSageMaker(AwsModel model) {
        super(model);
    }

    @Override
    public String operation(Asked asked) {
        return asked.headers().getOrDefault("x-amz-target", "").replaceFirst("^SageMaker\\.", "");
    }

    @Override
    public List<String> operationsOfASubmit() {
        return List.of("DescribeTrainingJob", "CreateTrainingJob");
    }

    @Override
    public Map<String, String> settings(String address) {
        return Map.of(
                "TUNEDROP_SAGEMAKER_ROLE",
                ROLE,
                "TUNEDROP_SAGEMAKER_GROUP",
                GROUP,
                "TUNEDROP_SAGEMAKER_EULAS",
                "llama-3.1-8b",
                "aws.endpointUrlSageMaker",
                address);
    }

    synchronized ObjectNode job(String name) {
        ObjectNode job = jobs.get(name);
        if (job == null) throw new IllegalArgumentException("no job " + name);
        return job;
    }

    @Override
    public synchronized void succeed(String name) {
        ObjectNode job = job(name);
        job.put("TrainingJobStatus", "Completed").put("SecondaryStatus", "Completed");
        job.put("OutputModelPackageArn", GROUP.replace("-group", "") + "/" + jobs.size());
        job.put("BillableTokenCount", TOKENS);
    }

    /// The next question after a job is answered as if another's create were still under way.
    synchronized void hideOnce() {
        hidden = true;
    }

    @Override
    Said answer(String operation, Asked asked) {
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

    private static Said missing() {
        return error("ValidationException", "Requested resource not found.");
    }

    private static Said error(String type, String message) {
        return error(400, type, message);
    }
}
