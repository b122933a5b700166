package dev.tunedrop.aws.train;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.data.Storage;

/// A network without a way to the internet: no gateway, no NAT. The GPU machines reach S3 through a gateway endpoint
/// and what ECS needs through interface endpoints, which stand in one zone only, since each costs by the hour.
public final class Network extends Construct {

    private static final Map<String, InterfaceVpcEndpointAwsService> SERVICES = new TreeMap<>(Map.of(
            "EcrApi", InterfaceVpcEndpointAwsService.ECR,
            "EcrDocker", InterfaceVpcEndpointAwsService.ECR_DOCKER,
            "Ecs", InterfaceVpcEndpointAwsService.ECS,
            "EcsAgent", InterfaceVpcEndpointAwsService.ECS_AGENT,
            "EcsTelemetry", InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
            "Logs", InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS));

    private static final int HTTPS = 443;

    private final Vpc vpc;
    private final SecurityGroup machines;

    public Network(Construct scope, Settings settings, Storage storage) {
        super(scope, "Network");
        vpc = Vpc.Builder.create(this, "Vpc")
                .ipAddresses(IpAddresses.cidr("10.77.0.0/16"))
                .availabilityZones(IntStream.range(0, settings.zones())
                        .mapToObj(zone -> Fn.select(zone, Fn.getAzs()))
                        .toList())
                .createInternetGateway(false)
                .natGateways(0)
                .subnetConfiguration(List.of(SubnetConfiguration.builder()
                        .name("private")
                        .subnetType(SubnetType.PRIVATE_ISOLATED)
                        .cidrMask(20)
                        .build()))
                .gatewayEndpoints(Map.of(
                        "S3",
                        GatewayVpcEndpointOptions.builder()
                                .service(GatewayVpcEndpointAwsService.S3)
                                .build()))
                .flowLogs(Map.of(
                        "Refused",
                        FlowLogOptions.builder()
                                .destination(FlowLogDestination.toS3(storage.log(), "network/"))
                                .trafficType(FlowLogTrafficType.REJECT)
                                .build()))
                .build();
        machines = SecurityGroup.Builder.create(this, "Machines")
                .vpc(vpc)
                .description("GPU machines: nothing comes in, HTTPS goes out to the endpoints of this network")
                .allowAllOutbound(false)
                .build();
        machines.addEgressRule(
                Peer.anyIpv4(), Port.tcp(HTTPS), "S3 and the interface endpoints; there is no other route");
        SecurityGroup endpoints = SecurityGroup.Builder.create(this, "Endpoints")
                .vpc(vpc)
                .description("Interface endpoints: HTTPS from the GPU machines")
                .allowAllOutbound(false)
                .build();
        endpoints.addIngressRule(machines, Port.tcp(HTTPS), "from the GPU machines");
        List<ISubnet> first = List.of(vpc.getIsolatedSubnets().getFirst());
        SERVICES.forEach((name, service) -> vpc.addInterfaceEndpoint(
                name,
                InterfaceVpcEndpointOptions.builder()
                        .service(service)
                        .subnets(SubnetSelection.builder().subnets(first).build())
                        .securityGroups(List.of(endpoints))
                        .open(false)
                        .build()));
    }

    List<String> subnets() {
        return vpc.getIsolatedSubnets().stream().map(ISubnet::getSubnetId).toList();
    }

    SecurityGroup machines() {
        return machines;
    }
}
