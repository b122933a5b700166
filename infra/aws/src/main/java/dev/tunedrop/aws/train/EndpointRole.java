package dev.tunedrop.aws.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

import dev.tunedrop.aws.access.Services;
import dev.tunedrop.aws.access.Statements;
import dev.tunedrop.aws.data.Storage;
import dev.tunedrop.events.run.PromptProfile;

/// Who an endpoint's containers are: they read base models and adapters and write logs, metrics and what they have
/// counted of their prompts. Endpoints
/// themselves are made by the publishing function when the first adapter of a dataset is ready; an idle stack has none.
public final class EndpointRole extends Construct {

    private final Role role;

    public EndpointRole(Construct scope, Storage storage, Images images) {
        super(scope, "Endpoint");
        Stack stack = Stack.of(this);
        List<PolicyStatement> statements = new ArrayList<>();
        statements.addAll(Statements.read(storage.bases(), storage.key(), List.of("*")));
        statements.addAll(Statements.read(storage.artefacts(), storage.key(), List.of("runs/*/adapter/*")));
        statements.addAll(Statements.write(storage.artefacts(), storage.key(), List.of(PromptProfile.KEYS + "*")));
        statements.addAll(Pulling.of(images.endpoint()));
        statements.add(Statements.allow(
                List.of("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"),
                List.of("arn:%s:logs:%s:%s:log-group:/aws/sagemaker/*"
                        .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount())),
                Map.of()));
        statements.add(Statements.allow(
                List.of("cloudwatch:PutMetricData"),
                List.of("*"),
                Map.of(
                        "StringLike",
                        Map.of("cloudwatch:namespace", List.of("/aws/sagemaker/*", "AWS/SageMaker", "Tunedrop")))));
        statements.add(Statements.noProviderSecrets(stack));
        role = Role.Builder.create(this, "Role")
                .description("What the containers of an endpoint may do")
                .assumedBy(Services.ofThisAccount("sagemaker.amazonaws.com"))
                .inlinePolicies(Map.of(
                        "access",
                        PolicyDocument.Builder.create().statements(statements).build()))
                .build();
    }

    public Role role() {
        return role;
    }
}
