package dev.tunedrop.aws.train;

import java.util.List;
import java.util.Map;

import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.batch.CfnComputeEnvironment;
import software.amazon.awscdk.services.batch.CfnJobQueue;
import software.amazon.awscdk.services.ec2.CfnLaunchTemplate;
import software.amazon.awscdk.services.iam.CfnInstanceProfile;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

import dev.tunedrop.aws.Parameters;
import dev.tunedrop.aws.Settings;

/// The GPU machines: one queue, spot machines first, on-demand ones where spot has no capacity or is full. Both shrink
/// to nothing when no job waits. A job that finds no machine is cancelled with the reason, so that its run ends.
public final class Fleet extends Construct {

    /// One GPU of 24 GB or more each, as the quote's table of instances names them.
    private static final List<String> INSTANCE_TYPES =
            List.of("g6.xlarge", "g6.2xlarge", "g6e.xlarge", "g6e.2xlarge", "g5.xlarge", "g5.2xlarge");

    private static final int DISK_GIB = 200;

    /// CloudFormation cannot multiply a parameter, so this is no parameter.
    private static final int STUCK_SECONDS = 3600;

    /// What Batch says of a job that cannot be placed; it acts on these words only.
    private static final List<String> STUCK = List.of(
            "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
            "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
            "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT");

    private final CfnJobQueue queue;
    private final Network network;
    private final Parameters chosen;
    private final CfnLaunchTemplate template;
    private final CfnInstanceProfile profile;

    public Fleet(Construct scope, Settings settings, Network network, Parameters chosen) {
        super(scope, "Fleet");
        this.network = network;
        this.chosen = chosen;
        Role machine = Role.Builder.create(this, "MachineRole")
                .description("What the ECS agent of a GPU machine may do; jobs have their own role")
                .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                .managedPolicies(List.of(
                        ManagedPolicy.fromAwsManagedPolicyName("service-role/AmazonEC2ContainerServiceforEC2Role")))
                .build();
        profile = CfnInstanceProfile.Builder.create(this, "Profile")
                .roles(List.of(machine.getRoleName()))
                .build();
        template = template();
        CfnComputeEnvironment spot = environment("Spot", "SPOT", "SPOT_PRICE_CAPACITY_OPTIMIZED");
        CfnComputeEnvironment onDemand = environment("OnDemand", "EC2", "BEST_FIT_PROGRESSIVE");
        queue = CfnJobQueue.Builder.create(this, "Queue")
                .jobQueueName(settings.name())
                .priority(1)
                .state("ENABLED")
                .computeEnvironmentOrder(List.of(
                        order(1, spot.getAttrComputeEnvironmentArn()),
                        order(2, onDemand.getAttrComputeEnvironmentArn())))
                .jobStateTimeLimitActions(STUCK.stream().map(Fleet::cancel).toList())
                .build();
    }

    /// Draining tells a job two minutes ahead that its spot machine goes, and the job has all of them to save itself.
    /// Jobs cannot reach the machine's own credentials: its metadata answers the machine only.
    private CfnLaunchTemplate template() {
        String userData = """
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="==TUNEDROP=="

                --==TUNEDROP==
                Content-Type: text/x-shellscript; charset="us-ascii"

                #!/bin/bash
                echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config
                echo ECS_CONTAINER_STOP_TIMEOUT=120s >> /etc/ecs/ecs.config
                echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config
                --==TUNEDROP==--
                """;
        return CfnLaunchTemplate.Builder.create(this, "Template")
                .launchTemplateData(CfnLaunchTemplate.LaunchTemplateDataProperty.builder()
                        .userData(Fn.base64(userData))
                        .metadataOptions(CfnLaunchTemplate.MetadataOptionsProperty.builder()
                                .httpTokens("required")
                                .httpPutResponseHopLimit(1)
                                .build())
                        .blockDeviceMappings(List.of(CfnLaunchTemplate.BlockDeviceMappingProperty.builder()
                                .deviceName("/dev/xvda")
                                .ebs(CfnLaunchTemplate.EbsProperty.builder()
                                        .encrypted(true)
                                        .volumeType("gp3")
                                        .volumeSize(DISK_GIB)
                                        .deleteOnTermination(true)
                                        .build())
                                .build()))
                        .build())
                .build();
    }

    private CfnComputeEnvironment environment(String id, String type, String strategy) {
        return CfnComputeEnvironment.Builder.create(this, id)
                .type("MANAGED")
                .state("ENABLED")
                .replaceComputeEnvironment(false)
                .computeResources(CfnComputeEnvironment.ComputeResourcesProperty.builder()
                        .type(type)
                        .allocationStrategy(strategy)
                        .minvCpus(0)
                        .desiredvCpus(0)
                        .maxvCpus(chosen.maxVcpus().getValueAsNumber())
                        .instanceTypes(INSTANCE_TYPES)
                        .ec2Configuration(List.of(CfnComputeEnvironment.Ec2ConfigurationObjectProperty.builder()
                                .imageType("ECS_AL2023_NVIDIA")
                                .build()))
                        .instanceRole(profile.getAttrArn())
                        .subnets(network.subnets())
                        .securityGroupIds(List.of(network.machines().getSecurityGroupId()))
                        .launchTemplate(CfnComputeEnvironment.LaunchTemplateSpecificationProperty.builder()
                                .launchTemplateId(template.getRef())
                                .version(template.getAttrLatestVersionNumber())
                                .build())
                        .tags(Map.of("tunedrop", "trainer"))
                        .build())
                .updatePolicy(CfnComputeEnvironment.UpdatePolicyProperty.builder()
                        .terminateJobsOnUpdate(false)
                        .jobExecutionTimeoutMinutes(60)
                        .build())
                .build();
    }

    private static CfnJobQueue.ComputeEnvironmentOrderProperty order(int order, String environment) {
        return CfnJobQueue.ComputeEnvironmentOrderProperty.builder()
                .order(order)
                .computeEnvironment(environment)
                .build();
    }

    private static CfnJobQueue.JobStateTimeLimitActionProperty cancel(String reason) {
        return CfnJobQueue.JobStateTimeLimitActionProperty.builder()
                .action("CANCEL")
                .state("RUNNABLE")
                .reason(reason)
                .maxTimeSeconds(STUCK_SECONDS)
                .build();
    }

    public String queueArn() {
        return queue.getAttrJobQueueArn();
    }
}
