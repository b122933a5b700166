package dev.tunedrop.local.facade;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.sagemaker.EndpointService;
import dev.tunedrop.local.sagemaker.Resource;
import dev.tunedrop.local.sagemaker.SageMakerException;

/// SageMaker's operations on models, endpoints and inference components.
final class SageMakerApi implements ServiceApi {

    static final String TARGET = "SageMaker";

    private static final String ARN = "arn:aws:sagemaker:us-east-1:000000000000:";
    private static final int PAGE = 100;

    private final EndpointService sagemaker;

    SageMakerApi(EndpointService sagemaker) {
        this.sagemaker = sagemaker;
    }

    @Override
    public JsonNode answer(String operation, JsonNode request) {
        try {
            return dispatch(operation, request);
        } catch (SageMakerException e) {
            throw new ApiError("ValidationException", e.getMessage() == null ? "" : e.getMessage());
        }
    }

    private JsonNode dispatch(String operation, JsonNode request) {
        return switch (operation) {
            case "CreateModel" -> arn("ModelArn", "model/", sagemaker.createModel(request));
            case "CreateEndpointConfig" ->
                arn("EndpointConfigArn", "endpoint-config/", sagemaker.createEndpointConfig(request));
            case "CreateEndpoint" -> arn("EndpointArn", "endpoint/", sagemaker.createEndpoint(request));
            case "CreateInferenceComponent" ->
                arn("InferenceComponentArn", "inference-component/", sagemaker.createComponent(request));
            case "DescribeModel" -> asked(sagemaker.model(text(request, "ModelName")), "ModelArn", "model/");
            case "DescribeEndpointConfig" ->
                asked(
                        sagemaker.endpointConfig(text(request, "EndpointConfigName")),
                        "EndpointConfigArn",
                        "endpoint-config/");
            case "DescribeEndpoint" -> endpoint(sagemaker.endpoint(text(request, "EndpointName")));
            case "DescribeInferenceComponent" ->
                component(sagemaker.component(text(request, "InferenceComponentName")));
            case "ListEndpoints" -> listEndpoints(request);
            case "ListInferenceComponents" -> listComponents(request);
            case "DeleteModel" -> nothing(() -> sagemaker.deleteModel(text(request, "ModelName")));
            case "DeleteEndpointConfig" ->
                nothing(() -> sagemaker.deleteEndpointConfig(text(request, "EndpointConfigName")));
            case "DeleteEndpoint" -> nothing(() -> sagemaker.deleteEndpoint(text(request, "EndpointName")));
            case "DeleteInferenceComponent" ->
                nothing(() -> sagemaker.deleteComponent(text(request, "InferenceComponentName")));
            default -> throw new IllegalStateException("rules let through " + operation);
        };
    }

    private static JsonNode nothing(Runnable work) {
        work.run();
        return Json.mapper().createObjectNode();
    }

    private static JsonNode arn(String member, String kind, Resource resource) {
        return Json.mapper().createObjectNode().put(member, ARN + kind + resource.name());
    }

    /// What was asked for, with ARN and time.
    private static JsonNode asked(Resource resource, String member, String kind) {
        ObjectNode shape = resource.request().deepCopy();
        shape.remove("Tags");
        return shape.put(member, ARN + kind + resource.name()).put("CreationTime", seconds(resource.created()));
    }

    private static ObjectNode endpointSummary(Resource endpoint) {
        return Json.mapper()
                .createObjectNode()
                .put("EndpointName", endpoint.name())
                .put("EndpointArn", ARN + "endpoint/" + endpoint.name())
                .put("EndpointStatus", endpoint.status())
                .put("CreationTime", seconds(endpoint.created()))
                .put("LastModifiedTime", seconds(endpoint.modified()));
    }

    private JsonNode endpoint(Resource endpoint) {
        ObjectNode shape = endpointSummary(endpoint);
        String config = endpoint.request().path("EndpointConfigName").asText();
        shape.put("EndpointConfigName", config);
        JsonNode variant = sagemaker.endpointConfig(config).request().at("/ProductionVariants/0/VariantName");
        shape.putArray("ProductionVariants")
                .addObject()
                .put("VariantName", variant.asText())
                .put("CurrentInstanceCount", 1);
        if (endpoint.failure() != null) shape.put("FailureReason", endpoint.failure());
        return shape;
    }

    private static ObjectNode componentSummary(Resource component) {
        String endpoint = component.request().path("EndpointName").asText();
        return Json.mapper()
                .createObjectNode()
                .put("InferenceComponentName", component.name())
                .put("InferenceComponentArn", ARN + "inference-component/" + component.name())
                .put("InferenceComponentStatus", component.status())
                .put("EndpointName", endpoint)
                .put("EndpointArn", ARN + "endpoint/" + endpoint)
                .put("VariantName", component.request().path("VariantName").asText("AllTraffic"))
                .put("CreationTime", seconds(component.created()))
                .put("LastModifiedTime", seconds(component.modified()));
    }

    private static JsonNode component(Resource component) {
        ObjectNode shape = componentSummary(component);
        if (component.failure() != null) shape.put("FailureReason", component.failure());
        ObjectNode specification = component.request().path("Specification").deepCopy();
        if (specification.path("Container") instanceof ObjectNode container) container.remove("Image");
        shape.set("Specification", specification);
        int copies = component.request().at("/RuntimeConfig/CopyCount").asInt(1);
        shape.putObject("RuntimeConfig")
                .put("DesiredCopyCount", copies)
                .put("CurrentCopyCount", component.isInService() ? copies : 0);
        return shape;
    }

    private JsonNode listEndpoints(JsonNode request) {
        List<Resource> endpoints = sagemaker.endpoints().stream()
                .filter(named(request))
                .filter(equalTo(request, "StatusEquals", Resource::status))
                .toList();
        return Paging.page(
                endpoints, request, "MaxResults", "NextToken", "Endpoints", PAGE, SageMakerApi::endpointSummary);
    }

    private JsonNode listComponents(JsonNode request) {
        List<Resource> components = sagemaker.components().stream()
                .filter(named(request))
                .filter(equalTo(request, "StatusEquals", Resource::status))
                .filter(equalTo(
                        request,
                        "EndpointNameEquals",
                        c -> c.request().path("EndpointName").asText()))
                .filter(equalTo(
                        request,
                        "VariantNameEquals",
                        c -> c.request().path("VariantName").asText()))
                .toList();
        return Paging.page(
                components,
                request,
                "MaxResults",
                "NextToken",
                "InferenceComponents",
                PAGE,
                SageMakerApi::componentSummary);
    }

    private static Predicate<Resource> named(JsonNode request) {
        String part = request.path("NameContains").asText("");
        return resource -> resource.name().contains(part);
    }

    private static Predicate<Resource> equalTo(
            JsonNode request, String member, java.util.function.Function<Resource, String> value) {
        return resource -> !request.has(member) || request.path(member).asText().equals(value.apply(resource));
    }

    private static String text(JsonNode request, String member) {
        return request.path(member).asText();
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1000.0;
    }
}
