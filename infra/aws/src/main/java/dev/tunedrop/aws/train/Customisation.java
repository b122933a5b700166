package dev.tunedrop.aws.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.CompositePrincipal;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.sagemaker.CfnModelPackageGroup;
import software.constructs.Construct;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.access.Services;
import dev.tunedrop.aws.access.Statements;
import dev.tunedrop.aws.data.Storage;

/// What Bedrock's and SageMaker's own customisation works with: a role that reads the rows which are written
/// for it and writes beside them, and the group that SageMaker's tuned models become versions of. Neither
/// costs anything.
public final class Customisation extends Construct {

    private final Role role;
    private final CfnModelPackageGroup group;

    public Customisation(Construct scope, Settings settings, Storage storage) {
        super(scope, "Customisation");
        Stack stack = Stack.of(this);
        String bedrock = "arn:%s:bedrock:%s:%s:model-customization-job/*"
                .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount());
        String training = "arn:%s:sagemaker:%s:%s:training-job/tunedrop-*"
                .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount());
        group = CfnModelPackageGroup.Builder.create(this, "Models")
                .modelPackageGroupName(settings.name() + "-models")
                .modelPackageGroupDescription("Models that SageMaker's serverless customisation has tuned")
                .build();
        List<PolicyStatement> statements = new ArrayList<>();
        statements.addAll(Statements.read(storage.artefacts(), storage.key(), List.of("runs/*/managed/*.jsonl")));
        statements.addAll(Statements.write(
                storage.artefacts(), storage.key(), List.of("runs/*/managed/bedrock/*", "runs/*/managed/sagemaker/*")));
        statements.add(Statements.allow(
                List.of("sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackageGroup"),
                List.of(
                        group.getAttrModelPackageGroupArn(),
                        "arn:%s:sagemaker:%s:%s:model-package/%s-models/*"
                                .formatted(
                                        stack.getPartition(), stack.getRegion(), stack.getAccount(), settings.name())),
                Map.of()));
        statements.add(Statements.noProviderSecrets(stack));
        role = Role.Builder.create(this, "Role")
                .description("What a customisation job of Bedrock or SageMaker may do")
                .assumedBy(new CompositePrincipal(
                        Services.forResource("bedrock.amazonaws.com", bedrock),
                        Services.forResource("sagemaker.amazonaws.com", training)))
                .inlinePolicies(Map.of(
                        "access",
                        PolicyDocument.Builder.create().statements(statements).build()))
                .build();
    }

    public Role role() {
        return role;
    }

    public String groupArn() {
        return group.getAttrModelPackageGroupArn();
    }
}
