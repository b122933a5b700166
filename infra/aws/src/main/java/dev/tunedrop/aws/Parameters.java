package dev.tunedrop.aws;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import software.amazon.awscdk.CfnParameter;
import software.constructs.Construct;

/// What a deployment may choose, each with a default that costs little: `--parameters Name=value`.
///
/// @param dayCapUsd what all runs of one day may reserve together
/// @param datasetCapUsd what all runs of one dataset may reserve together, ever
/// @param monthlyBudgetUsd the second line: AWS Budgets warns at 80 % and 100 % of it
/// @param maxVcpus the largest GPU fleet, spot and on-demand each
/// @param imageTag the tag of the trainer's and the endpoint's image in the repositories of this stack
/// @param endpointInstance the instance type of an endpoint
/// @param email who hears of alarms and approvals; empty: nobody
/// @param stuckMinutes how long a job may wait for a spot machine before it goes to the on-demand queue
/// @param vcpuQuotas the account's quotas of virtual CPUs by family, for the quote; empty: none is known
/// @param pollSeconds how long the first wait for news of a training service is
/// @param services what training services need to be told, by the function's setting; empty: it is not used
public record Parameters(
        CfnParameter dayCapUsd,
        CfnParameter datasetCapUsd,
        CfnParameter monthlyBudgetUsd,
        CfnParameter maxVcpus,
        CfnParameter imageTag,
        CfnParameter endpointInstance,
        CfnParameter email,
        CfnParameter stuckMinutes,
        CfnParameter vcpuQuotas,
        CfnParameter pollSeconds,
        Map<String, CfnParameter> services) {

    public Parameters {
        services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    }

    static Parameters in(Construct scope) {
        return new Parameters(
                number(scope, "DayCapUsd", 50, 0, 100_000, "US dollars that all runs of one day may reserve together."),
                number(
                        scope,
                        "DatasetCapUsd",
                        500,
                        0,
                        1_000_000,
                        "US dollars that all runs of one dataset may reserve together, ever."),
                number(scope, "MonthlyBudgetUsd", 200, 1, 1_000_000, "US dollars a month at which AWS Budgets warns."),
                number(scope, "MaxVcpus", 16, 4, 1024, "vCPUs of the largest GPU fleet; spot and on-demand each."),
                text(
                        scope,
                        "ImageTag",
                        "0.1.0",
                        "[A-Za-z0-9._-]{1,128}",
                        "Tag of the trainer's and endpoint's images."),
                text(
                        scope,
                        "EndpointInstance",
                        "ml.g6.xlarge",
                        "ml\\.[a-z0-9-]+\\.[a-z0-9]+",
                        "Instance type of an endpoint."),
                text(scope, "Email", "", "|[^@\\s]+@[^@\\s]+", "Who hears of alarms and approvals; empty: nobody."),
                number(
                        scope,
                        "StuckMinutes",
                        20,
                        5,
                        1440,
                        "Minutes that a job may wait for a spot machine before it goes to the on-demand queue."),
                text(
                        scope,
                        "VcpuQuotas",
                        "",
                        "|[a-z]+=[0-9]+(,[a-z]+=[0-9]+)*",
                        "The account's quotas of virtual CPUs by family, for instance g=64,p=0; empty: not known."),
                number(scope, "PollSeconds", 30, 5, 600, "Seconds of the first wait for news of a training service."),
                services(scope));
    }

    /// A service stays out of reach until it is told what it needs; keys are secrets and no parameters.
    private static Map<String, CfnParameter> services(Construct scope) {
        Map<String, CfnParameter> told = new LinkedHashMap<>();
        String unused = " Empty: it is not used.";
        told.put(
                "TUNEDROP_AZURE_URL",
                text(
                        scope,
                        "AzureUrl",
                        "",
                        "|https://[A-Za-z0-9.-]+(/[A-Za-z0-9._/-]*)?",
                        "Where the Azure OpenAI resource answers." + unused));
        told.put(
                "TUNEDROP_BEDROCK_MANTLE_URL",
                text(
                        scope,
                        "BedrockMantleUrl",
                        "",
                        "|https://[A-Za-z0-9.-]+\\.api\\.aws(/[A-Za-z0-9._/-]*)?",
                        "Where Bedrock's OpenAI-compatible service answers." + unused));
        told.put(
                "TUNEDROP_SAGEMAKER_EULAS",
                text(
                        scope,
                        "SageMakerEulas",
                        "",
                        "|[a-z0-9.-]+(,[a-z0-9.-]+)*",
                        "Models of SageMaker whose licence is accepted, for instance llama-3.1-8b. Empty: none."));
        told.put(
                "TUNEDROP_FIREWORKS_ACCOUNT",
                text(scope, "FireworksAccount", "", "|[a-z0-9-]{1,63}", "The account at Fireworks." + unused));
        told.put(
                "TUNEDROP_FIREWORKS_DEPLOYMENT",
                text(
                        scope,
                        "FireworksDeployment",
                        "",
                        "|[A-Za-z0-9-]{1,63}",
                        "A deployment that is paid for, on which tuned models answer. Empty: there is none."));
        told.put(
                "TUNEDROP_VERTEX_PROJECT",
                text(
                        scope,
                        "VertexProject",
                        "",
                        "|[a-z][a-z0-9-]{4,28}[a-z0-9]",
                        "Google's project that tunes." + unused));
        told.put(
                "TUNEDROP_VERTEX_BUCKET",
                text(
                        scope,
                        "VertexBucket",
                        "",
                        "|[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]",
                        "The bucket of Cloud Storage that rows are copied to."));
        told.put(
                "TUNEDROP_VERTEX_AUDIENCE",
                text(
                        scope,
                        "VertexAudience",
                        "",
                        "|//iam\\.googleapis\\.com/projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]+/providers/[a-z0-9-]+",
                        "Full name of the workload identity provider that trusts this account."));
        told.put(
                "TUNEDROP_VERTEX_SERVICE_ACCOUNT",
                text(
                        scope,
                        "VertexServiceAccount",
                        "",
                        "|[a-z0-9-]+@[a-z0-9.-]+\\.iam\\.gserviceaccount\\.com",
                        "Whom that provider lets the functions act as."));
        told.put(
                "TUNEDROP_VERTEX_REGION",
                text(scope, "VertexRegion", "us-central1", "[a-z]+-[a-z]+[0-9]+", "Where Google tunes."));
        return told;
    }

    private static CfnParameter number(
            Construct scope, String name, int value, int least, int most, String description) {
        return CfnParameter.Builder.create(scope, name)
                .type("Number")
                .defaultValue(value)
                .minValue(least)
                .maxValue(most)
                .description(description)
                .build();
    }

    private static CfnParameter text(Construct scope, String name, String value, String pattern, String description) {
        return CfnParameter.Builder.create(scope, name)
                .type("String")
                .defaultValue(value)
                .allowedPattern(pattern)
                .constraintDescription("must match " + pattern)
                .description(description)
                .build();
    }
}
