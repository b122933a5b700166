package dev.tunedrop.aws.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.batch.CfnJobDefinition;
import software.amazon.awscdk.services.batch.CfnJobDefinition.ContainerPropertiesProperty;
import software.amazon.awscdk.services.batch.CfnJobDefinition.EnvironmentProperty;
import software.amazon.awscdk.services.batch.CfnJobDefinition.EvaluateOnExitProperty;
import software.amazon.awscdk.services.batch.CfnJobDefinition.LogConfigurationProperty;
import software.amazon.awscdk.services.batch.CfnJobDefinition.MountPointsProperty;
import software.amazon.awscdk.services.batch.CfnJobDefinition.ResourceRequirementProperty;
import software.amazon.awscdk.services.batch.CfnJobDefinition.RetryStrategyProperty;
import software.amazon.awscdk.services.batch.CfnJobDefinition.TimeoutProperty;
import software.amazon.awscdk.services.batch.CfnJobDefinition.VolumesProperty;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.access.Services;
import dev.tunedrop.aws.access.Statements;
import dev.tunedrop.aws.data.Storage;
import dev.tunedrop.aws.flow.LogDays;

/// The trainer's container: the same main as on one machine, as a user who is not root, on a root file system that
/// cannot be written. It reads base models and runs, and writes what training makes and nothing else.
public final class TrainingJob extends Construct {

    /// A checkpoint was saved and another attempt is wanted, see the trainer's exit codes.
    private static final String WANTS_ANOTHER = "75";

    /// Who the container runs as; the Dockerfile makes this user.
    static final int USER = 10001;

    private static final int ATTEMPTS = 5;
    private static final int ATTEMPT_SECONDS = 24 * 3600;
    private static final String VCPUS = "4";
    /// A machine of 16 GiB offers a job this much.
    private static final String MEMORY_MIB = "14000";

    private final Settings settings;
    private final CfnJobDefinition definition;
    private final LogGroup log;

    public TrainingJob(Construct scope, Settings settings, Storage storage, Images images) {
        super(scope, "Training");
        this.settings = settings;
        log = LogGroup.Builder.create(this, "Log")
                .retention(LogDays.of(settings.logDays()))
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        definition = CfnJobDefinition.Builder.create(this, "Job")
                .jobDefinitionName(settings.name() + "-trainer")
                .type("container")
                .platformCapabilities(List.of("EC2"))
                .propagateTags(true)
                .timeout(TimeoutProperty.builder()
                        .attemptDurationSeconds(ATTEMPT_SECONDS)
                        .build())
                .retryStrategy(RetryStrategyProperty.builder()
                        .attempts(ATTEMPTS)
                        .evaluateOnExit(List.of(
                                EvaluateOnExitProperty.builder()
                                        .onExitCode(WANTS_ANOTHER)
                                        .action("RETRY")
                                        .build(),
                                EvaluateOnExitProperty.builder()
                                        .onStatusReason("Host EC2*")
                                        .action("RETRY")
                                        .build(),
                                // without this last one, Batch retries whatever matches nothing
                                EvaluateOnExitProperty.builder()
                                        .onReason("*")
                                        .action("EXIT")
                                        .build()))
                        .build())
                .containerProperties(container(storage, images))
                .build();
    }

    private ContainerPropertiesProperty container(Storage storage, Images images) {
        return ContainerPropertiesProperty.builder()
                .image(images.trainerImage())
                .user(USER + ":" + USER)
                .readonlyRootFilesystem(true)
                .privileged(false)
                .jobRoleArn(jobRole(storage).getRoleArn())
                .executionRoleArn(executionRole(images).getRoleArn())
                .resourceRequirements(List.of(needs("GPU", "1"), needs("VCPU", VCPUS), needs("MEMORY", MEMORY_MIB)))
                .environment(List.of(
                        told("TUNEDROP_ARTEFACTS", storage.artefacts().getBucketName()),
                        told("TUNEDROP_BASES", storage.bases().getBucketName()),
                        told("TUNEDROP_SCRATCH", "/scratch"),
                        told("AWS_REGION", Stack.of(this).getRegion())))
                .volumes(List.of(
                        VolumesProperty.builder().name("scratch").build(),
                        VolumesProperty.builder().name("tmp").build()))
                .mountPoints(List.of(mounted("scratch", "/scratch"), mounted("tmp", "/tmp")))
                .logConfiguration(LogConfigurationProperty.builder()
                        .logDriver("awslogs")
                        .options(Map.of("awslogs-group", log.getLogGroupName(), "awslogs-stream-prefix", "trainer"))
                        .build())
                .build();
    }

    private Role jobRole(Storage storage) {
        List<PolicyStatement> statements = new ArrayList<>();
        statements.addAll(Statements.read(storage.bases(), storage.key(), List.of("*")));
        statements.addAll(Statements.read(storage.artefacts(), storage.key(), List.of("runs/*")));
        List<String> written = List.of("runs/*/training/*", "runs/*/adapter/*", "runs/*/failure.json");
        statements.addAll(Statements.write(storage.artefacts(), storage.key(), written));
        // old checkpoints make room for new ones; versions stay until they expire
        statements.add(Statements.allow(
                List.of("s3:DeleteObject"),
                List.of(storage.artefacts().arnForObjects("runs/*/training/checkpoints/*")),
                Map.of()));
        statements.add(Statements.noProviderSecrets(Stack.of(this)));
        return role("JobRole", "What a training job may do", statements);
    }

    private Role executionRole(Images images) {
        List<PolicyStatement> statements = new ArrayList<>(Pulling.of(images.trainer()));
        statements.add(Statements.allow(
                List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of(log.getLogGroupArn()), Map.of()));
        return role("ExecutionRole", "What ECS does for a training job: pull its image, write its log", statements);
    }

    private Role role(String id, String description, List<PolicyStatement> statements) {
        return Role.Builder.create(this, id)
                .description(description)
                .assumedBy(Services.ofThisAccount("ecs-tasks.amazonaws.com"))
                .inlinePolicies(Map.of(
                        "access",
                        PolicyDocument.Builder.create().statements(statements).build()))
                .build();
    }

    private static ResourceRequirementProperty needs(String type, String value) {
        return ResourceRequirementProperty.builder().type(type).value(value).build();
    }

    private static EnvironmentProperty told(String name, String value) {
        return EnvironmentProperty.builder().name(name).value(value).build();
    }

    private static MountPointsProperty mounted(String volume, String path) {
        return MountPointsProperty.builder()
                .sourceVolume(volume)
                .containerPath(path)
                .readOnly(false)
                .build();
    }

    public String definitionArn() {
        return definition.getAttrJobDefinitionArn();
    }

    /// The definition in whatever revision: a deployment makes a new one while executions still name the old.
    public String anyRevision() {
        Stack stack = Stack.of(this);
        return "arn:%s:batch:%s:%s:job-definition/%s-trainer:*"
                .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount(), settings.name());
    }

    public LogGroup log() {
        return log;
    }
}
