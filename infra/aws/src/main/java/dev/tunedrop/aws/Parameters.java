package dev.tunedrop.aws;

import software.amazon.awscdk.CfnParameter;
import software.constructs.Construct;

/// What a deployment may choose, each with a default that costs little: `--parameters Name=value`.
///
/// @param dayCapUsd what all runs of one day may reserve together
/// @param monthlyBudgetUsd the second line: AWS Budgets warns at 80 % and 100 % of it
/// @param maxVcpus the largest GPU fleet, spot and on-demand each
/// @param imageTag the tag of the trainer's and the endpoint's image in the repositories of this stack
/// @param endpointInstance the instance type of an endpoint
/// @param email who hears of alarms and approvals; empty: nobody
public record Parameters(
        CfnParameter dayCapUsd,
        CfnParameter monthlyBudgetUsd,
        CfnParameter maxVcpus,
        CfnParameter imageTag,
        CfnParameter endpointInstance,
        CfnParameter email) {

    static Parameters in(Construct scope) {
        return new Parameters(
                number(scope, "DayCapUsd", 50, 0, 100_000, "US dollars that all runs of one day may reserve together."),
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
                text(scope, "Email", "", "|[^@\\s]+@[^@\\s]+", "Who hears of alarms and approvals; empty: nobody."));
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
