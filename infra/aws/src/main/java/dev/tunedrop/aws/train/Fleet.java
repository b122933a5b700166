package dev.tunedrop.aws.train;

import java.util.ArrayList;
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

/// The GPU machines: a queue on spot machines and one on on-demand machines, by the route that was chosen. Both fleets
/// shrink to nothing when no job waits. A job that no spot machine comes for is taken back by the function WatchJobs,
/// and its run chooses again; one that no machine at all comes for is cancelled by Batch with the reason, so that its
/// run ends.
public final class Fleet extends Construct {

    /// One GPU of 24 GB or more each, as the quote's table of instances names them.
    private static final List<String> INSTANCE_TYPES =
            List.of("g6.xlarge", "g6.2xlarge", "g6e.xlarge", "g6e.2xlarge", "g5.xlarge", "g5.2xlarge");

    private static final int DISK_GIB = 200;

    /// CloudFormation cannot multiply a parameter, so this is no parameter.
    private static final int STUCK_SECONDS = 3600;

    /// What Batch says of a job that cannot be placed; it acts on these words only.
    private static final List<String> MISFIT =
            List.of("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE", "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT");

    private static final String NO_CAPACITY = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY";

    private final CfnJobQueue spotQueue;
    private final CfnJobQueue onDemandQueue;
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
        List<String> anyReason = new ArrayList<>(MISFIT);
        anyReason.add(NO_CAPACITY);
        spotQueue = queue("SpotQueue", settings.name(), spot, MISFIT);
        onDemandQueue = queue("OnDemandQueue", settings.name() + "-on-demand", onDemand, anyReason);
    }

    private CfnJobQueue queue(String id, String name, CfnComputeEnvironment environment, List<String> stuck) {
        return CfnJobQueue.Builder.create(this, id)
                .jobQueueName(name)
                .priority(1)
                .state("ENABLED")
                .computeEnvironmentOrder(List.of(CfnJobQueue.ComputeEnvironmentOrderProperty.builder()
                        .order(1)
                        .computeEnvironment(environment.getAttrComputeEnvironmentArn())
                        .build()))
                .jobStateTimeLimitActions(stuck.stream().map(Fleet::cancel).toList())
                .build();
    }

    /// Draining tells a job two minutes ahead that its spot machine goes, and the job has all of them to save itself.
    /// Jobs cannot reach the machine's own credentials: Batch gives a job the network of its machine, so only the
    /// user that it runs as tells it from the agent, and that user is kept from the machine's metadata.
    private CfnLaunchTemplate template() {
        String userData = """
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="==TUNEDROP=="

                --==TUNEDROP==
                Content-Type: text/x-shellscript; charset="us-ascii"

                #!/bin/bash
                echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config
                echo ECS_CONTAINER_STOP_TIMEOUT=120s >> /etc/ecs/ecs.config
                iptables --insert OUTPUT --destination 169.254.169.254 --match owner --uid-owner %d --jump REJECT
                --==TUNEDROP==--
                """.formatted(TrainingJob.USER);
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

    private static CfnJobQueue.JobStateTimeLimitActionProperty cancel(String reason) {
        return CfnJobQueue.JobStateTimeLimitActionProperty.builder()
                .action("CANCEL")
                .state("RUNNABLE")
                .reason(reason)
                .maxTimeSeconds(STUCK_SECONDS)
                .build();
    }

    public String spotQueueArn() {
        return spotQueue.getAttrJobQueueArn();
    }

    public String onDemandQueueArn() {
        return onDemandQueue.getAttrJobQueueArn();
    }
}
