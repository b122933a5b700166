package dev.tunedrop.aws;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import io.github.cdklabs.cdknag.RegexAppliesTo;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Stack;
import software.constructs.IConstruct;

/// The findings of cdk-nag that are meant to be so. `suppressions.json` gives each rule, the constructs below which and
/// the pattern of findings for which it does not count, and why; a finding that is not there fails the synthesis.
final class Suppressions {

    private Suppressions() {}

    static void apply(Stack stack) {
        for (JsonNode row : WorkflowData.own("suppressions.json")) {
            NagPackSuppression.Builder one = NagPackSuppression.builder()
                    .id(row.path("rule").asText())
                    .reason(row.path("reason").asText());
            if (row.has("pattern"))
                one.appliesTo(List.of(RegexAppliesTo.builder()
                        .regex("/" + row.path("pattern").asText().replace("/", "\\/") + "/")
                        .build()));
            concerned(below(stack, row.path("path").asText()), row.path("rule").asText())
                    .forEach(
                            resource -> NagSuppressions.addResourceSuppressions(resource, List.of(one.build()), false));
        }
        Annotations.of(stack)
                .acknowledgeWarning(
                        "@aws-cdk/aws-lambda:snapStartRequirePublish",
                        "Every function is called through an alias of a published version.");
    }

    /// A suppression stands in the template beside each resource that it is for, and CloudFormation takes no template
    /// above a million bytes: what is about rights stands beside roles and policies only.
    private static List<CfnResource> concerned(IConstruct below, String rule) {
        String type = rule.startsWith("AwsSolutions-IAM") ? "AWS::IAM::" : "AWS::";
        return below.getNode().findAll().stream()
                .filter(CfnResource.class::isInstance)
                .map(CfnResource.class::cast)
                .filter(resource -> resource.getCfnResourceType().startsWith(type))
                .toList();
    }

    private static IConstruct below(Stack stack, String path) {
        IConstruct place = stack;
        if (path.isEmpty()) return place;
        for (String step : path.split("/")) place = place.getNode().findChild(step);
        return place;
    }
}
