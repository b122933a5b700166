package dev.tunedrop.aws.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;

/// What ordering from Bedrock's and SageMaker's customisation needs. Our jobs are named `tunedrop-…`;
/// Bedrock names its jobs, models and deployments by numbers of its own, so those resources are all of the
/// kind in this account.
final class CustomModels {

    private final Stack stack;

    CustomModels(Stack stack) {
        this.stack = stack;
    }

    List<PolicyStatement> order(Role customisation) {
        List<PolicyStatement> statements = new ArrayList<>(watch());
        statements.add(Statements.allow(
                List.of("bedrock:CreateModelCustomizationJob", "bedrock:TagResource"),
                List.of(jobs(), models(), foundation()),
                Map.of()));
        statements.add(Statements.allow(
                List.of("sagemaker:CreateTrainingJob", "sagemaker:AddTags"), List.of(training()), Map.of()));
        statements.add(Statements.allow(
                List.of("iam:PassRole"),
                List.of(customisation.getRoleArn()),
                Map.of(
                        "StringEquals",
                        Map.of("iam:PassedToService", List.of("bedrock.amazonaws.com", "sagemaker.amazonaws.com")))));
        return statements;
    }

    List<PolicyStatement> watch() {
        return List.of(
                Statements.allow(List.of("bedrock:GetModelCustomizationJob"), List.of(jobs()), Map.of()),
                Statements.allow(List.of("sagemaker:DescribeTrainingJob"), List.of(training()), Map.of()));
    }

    List<PolicyStatement> stop() {
        List<PolicyStatement> statements = new ArrayList<>(watch());
        statements.add(Statements.allow(List.of("bedrock:StopModelCustomizationJob"), List.of(jobs()), Map.of()));
        statements.add(Statements.allow(List.of("sagemaker:StopTrainingJob"), List.of(training()), Map.of()));
        return statements;
    }

    List<PolicyStatement> deploy() {
        return List.of(Statements.allow(
                List.of(
                        "bedrock:GetCustomModelDeployment",
                        "bedrock:CreateCustomModelDeployment",
                        "bedrock:UpdateCustomModelDeployment"),
                List.of(bedrock("custom-model-deployment/*"), models()),
                Map.of()));
    }

    private String jobs() {
        return bedrock("model-customization-job/*");
    }

    private String models() {
        return bedrock("custom-model/*");
    }

    private String bedrock(String resource) {
        return "arn:%s:bedrock:%s:%s:%s"
                .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount(), resource);
    }

    /// Of Amazon and its partners, which are nobody's account.
    private String foundation() {
        return "arn:%s:bedrock:%s::foundation-model/*".formatted(stack.getPartition(), stack.getRegion());
    }

    private String training() {
        return "arn:%s:sagemaker:%s:%s:training-job/tunedrop-*"
                .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount());
    }
}
