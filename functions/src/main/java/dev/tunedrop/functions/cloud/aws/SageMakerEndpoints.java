package dev.tunedrop.functions.cloud.aws;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sagemaker.SageMakerClient;
import software.amazon.awssdk.services.sagemaker.model.CreateEndpointConfigRequest;
import software.amazon.awssdk.services.sagemaker.model.CreateEndpointRequest;
import software.amazon.awssdk.services.sagemaker.model.CreateInferenceComponentRequest;
import software.amazon.awssdk.services.sagemaker.model.CreateModelRequest;
import software.amazon.awssdk.services.sagemaker.model.DescribeEndpointResponse;
import software.amazon.awssdk.services.sagemaker.model.DescribeInferenceComponentResponse;
import software.amazon.awssdk.services.sagemaker.model.InferenceComponentSpecification;
import software.amazon.awssdk.services.sagemaker.model.ModelCompressionType;
import software.amazon.awssdk.services.sagemaker.model.ProductionVariant;
import software.amazon.awssdk.services.sagemaker.model.S3ModelDataType;
import software.amazon.awssdk.services.sagemaker.model.SageMakerException;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointRequest;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.cloud.Endpoints;

/// Endpoints of SageMaker: one component holds the base, one more each adapter. Every create is preceded by a describe,
/// and a create that lost a race to another run is looked at again by the next call.
final class SageMakerEndpoints implements Endpoints {

    private static final String VARIANT = "main";
    private static final String BASE_SUFFIX = "-base";
    private static final int LONGEST_NAME = 63;

    private final SageMakerClient sageMaker;
    private final SageMakerRuntimeClient runtime;
    private final Hosting hosting;

    SageMakerEndpoints(SageMakerClient sageMaker, SageMakerRuntimeClient runtime, Hosting hosting) {
        this.sageMaker = sageMaker;
        this.runtime = runtime;
        this.hosting = hosting;
    }

    @Override
    public String baseComponent(String endpoint) {
        int longest = LONGEST_NAME - BASE_SUFFIX.length();
        return endpoint.substring(0, Math.min(endpoint.length(), longest)).replaceAll("-+$", "") + BASE_SUFFIX;
    }

    @Override
    public Progress ensureEndpoint(String endpoint, String base, String baseUri) {
        hosting.check();
        if (absent(() -> sageMaker.describeEndpoint(r -> r.endpointName(endpoint)))) createEndpoint(endpoint);
        DescribeEndpointResponse described =
                AwsCalls.call(endpoint, () -> sageMaker.describeEndpoint(r -> r.endpointName(endpoint)));
        switch (described.endpointStatusAsString()) {
            case "InService" -> {}
            case "Failed", "OutOfService", "UpdateRollbackFailed" -> {
                return new Progress.Broken("the endpoint %s is %s: %s. Delete it, then drop the file again."
                        .formatted(endpoint, described.endpointStatusAsString(), described.failureReason()));
            }
            default -> {
                return new Progress.Waiting("endpoint " + endpoint + " is " + described.endpointStatusAsString());
            }
        }
        return ensureBase(endpoint, base, baseUri);
    }

    private void createEndpoint(String endpoint) {
        String config = endpoint;
        if (absent(() -> sageMaker.describeEndpointConfig(r -> r.endpointConfigName(config))))
            create(() -> sageMaker.createEndpointConfig(CreateEndpointConfigRequest.builder()
                    .endpointConfigName(config)
                    .executionRoleArn(hosting.roleArn())
                    .productionVariants(ProductionVariant.builder()
                            .variantName(VARIANT)
                            .instanceType(hosting.instanceType())
                            .initialInstanceCount(1)
                            .build())
                    .build()));
        create(() -> sageMaker.createEndpoint(CreateEndpointRequest.builder()
                .endpointName(endpoint)
                .endpointConfigName(config)
                .build()));
    }

    private Progress ensureBase(String endpoint, String base, String baseUri) {
        String model = modelName(base, baseUri);
        String component = baseComponent(endpoint);
        if (absent(() -> sageMaker.describeModel(r -> r.modelName(model)))) createModel(model, baseUri);
        if (absent(() -> sageMaker.describeInferenceComponent(r -> r.inferenceComponentName(component))))
            create(() -> sageMaker.createInferenceComponent(CreateInferenceComponentRequest.builder()
                    .inferenceComponentName(component)
                    .endpointName(endpoint)
                    .variantName(VARIANT)
                    .specification(baseSpecification(model))
                    .runtimeConfig(r -> r.copyCount(1))
                    .build()));
        DescribeInferenceComponentResponse described = describe(component);
        if (!model.equals(described.specification().modelName()))
            return new Progress.Broken(
                    "the endpoint %s serves another base than %s. Choose another endpoint name in tune.json."
                            .formatted(endpoint, base));
        return progress(component, described);
    }

    private InferenceComponentSpecification baseSpecification(String model) {
        return InferenceComponentSpecification.builder()
                .modelName(model)
                .computeResourceRequirements(r -> {
                    r.minMemoryRequiredInMb(hosting.memoryMiB());
                    if (hosting.accelerators() > 0)
                        r.numberOfAcceleratorDevicesRequired((float) hosting.accelerators());
                })
                .build();
    }

    private void createModel(String model, String baseUri) {
        create(() -> sageMaker.createModel(CreateModelRequest.builder()
                .modelName(model)
                .executionRoleArn(hosting.roleArn())
                .primaryContainer(c -> c.image(hosting.image())
                        .environment(Map.of("TUNEDROP_ARTEFACTS", hosting.artefacts()))
                        .modelDataSource(d -> d.s3DataSource(s -> s.s3Uri(baseUri)
                                .s3DataType(S3ModelDataType.S3_PREFIX)
                                .compressionType(ModelCompressionType.NONE))))
                .build()));
    }

    /// A model's name says which base it is, wherever that lies.
    private static String modelName(String base, String baseUri) {
        String slug = base.replaceAll("[^a-zA-Z0-9]+", "-").replaceAll("^-+|-+$", "");
        String sum = Sha256.of(baseUri.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .substring(0, 12);
        return slug.substring(0, Math.min(slug.length(), LONGEST_NAME - 13)).replaceAll("-+$", "") + "-" + sum;
    }

    @Override
    public Progress ensureAdapter(String endpoint, String base, String component, String adapterUri) {
        if (absent(() -> sageMaker.describeInferenceComponent(r -> r.inferenceComponentName(component))))
            create(() -> sageMaker.createInferenceComponent(CreateInferenceComponentRequest.builder()
                    .inferenceComponentName(component)
                    .endpointName(endpoint)
                    .specification(s -> s.baseInferenceComponentName(baseComponent(endpoint))
                            .container(c -> c.artifactUrl(adapterUri)))
                    .build()));
        return progress(component, describe(component));
    }

    private DescribeInferenceComponentResponse describe(String component) {
        return AwsCalls.call(
                component, () -> sageMaker.describeInferenceComponent(r -> r.inferenceComponentName(component)));
    }

    private static Progress progress(String component, DescribeInferenceComponentResponse described) {
        String status = described.inferenceComponentStatusAsString();
        return switch (status) {
            case "InService" -> new Progress.InService();
            case "Failed" ->
                new Progress.Broken("the component %s failed: %s. Put it right, then drop the file again."
                        .formatted(component, described.failureReason()));
            default -> new Progress.Waiting("component " + component + " is " + status);
        };
    }

    @Override
    public String ask(String endpoint, String component, List<Map<String, String>> messages, int maxTokens) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("messages", messages);
        question.put("max_tokens", maxTokens);
        question.put("temperature", 0);
        InvokeEndpointRequest request = InvokeEndpointRequest.builder()
                .endpointName(endpoint)
                .inferenceComponentName(component)
                .contentType("application/json")
                .body(SdkBytes.fromUtf8String(Json.writeLine(question)))
                .build();
        JsonNode answer = Json.tree(
                AwsCalls.call(component, () -> runtime.invokeEndpoint(request))
                        .body()
                        .asByteArray(),
                "the endpoint's answer");
        JsonNode content = answer.path("choices").path(0).path("message").path("content");
        if (!content.isTextual())
            throw new InvalidDocument("the endpoint " + endpoint + " answered without choices[0].message.content");
        return content.textValue();
    }

    @Override
    public void remove(String component) {
        if (!absent(() -> sageMaker.describeInferenceComponent(r -> r.inferenceComponentName(component))))
            AwsCalls.call(
                    component, () -> sageMaker.deleteInferenceComponent(r -> r.inferenceComponentName(component)));
    }

    /// SageMaker says "not found" as a ValidationException whose text begins so.
    private static boolean absent(Supplier<?> describe) {
        try {
            AwsCalls.call("SageMaker", describe);
            return false;
        } catch (SageMakerException e) {
            if (says(e, "could not find", "does not exist", "not found")) return true;
            throw e;
        }
    }

    /// Another run may have created it since we looked.
    private static void create(Supplier<?> create) {
        try {
            AwsCalls.call("SageMaker", create);
        } catch (SageMakerException e) {
            if (!says(e, "already exist", "cannot create already existing")) throw e;
        }
    }

    private static boolean says(SageMakerException e, String... phrases) {
        String message = String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
        for (String phrase : phrases) if (message.contains(phrase)) return true;
        return false;
    }
}
