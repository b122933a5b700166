package dev.tunedrop.aws.access;

import java.util.List;
import java.util.Map;

import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;

/// What publishing needs of SageMaker. Endpoints are named by the teams that drop files, so the resources are all of
/// the kind in this account and region; what is not an endpoint, its configuration, a model or a component is out of
/// reach.
final class Hosting {

    private Hosting() {}

    static List<PolicyStatement> statements(Stack stack, Role endpoint) {
        String here = "arn:%s:sagemaker:%s:%s:".formatted(stack.getPartition(), stack.getRegion(), stack.getAccount());
        String endpoints = here + "endpoint/*";
        String configs = here + "endpoint-config/*";
        String models = here + "model/*";
        String components = here + "inference-component/*";
        return List.of(
                Statements.allow(
                        List.of(
                                "sagemaker:DescribeEndpoint",
                                "sagemaker:CreateEndpoint",
                                "sagemaker:InvokeEndpoint",
                                "sagemaker:DescribeEndpointConfig",
                                "sagemaker:CreateEndpointConfig",
                                "sagemaker:DescribeModel",
                                "sagemaker:CreateModel",
                                "sagemaker:DescribeInferenceComponent",
                                "sagemaker:CreateInferenceComponent",
                                "sagemaker:DeleteInferenceComponent"),
                        List.of(endpoints, configs, models, components),
                        Map.of()),
                Statements.allow(
                        List.of("iam:PassRole"),
                        List.of(endpoint.getRoleArn()),
                        Map.of("StringEquals", Map.of("iam:PassedToService", "sagemaker.amazonaws.com"))));
    }
}
