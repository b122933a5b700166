package dev.tunedrop.aws.flow;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awscdk.services.events.CfnRule;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.CfnPermission;
import software.constructs.Construct;

import dev.tunedrop.aws.WorkflowData;

/// What runs by the clock: the rules of `rules.json` that have a schedule. A call that cannot be delivered goes to the
/// bus's queue; one that fails is made good by the next.
public final class Schedules extends Construct {

    private static final int DELIVERY_SECONDS = 3600;

    private final Functions functions;
    private final EventBusOfOurs bus;

    public Schedules(Construct scope, Functions functions, EventBusOfOurs bus) {
        super(scope, "Schedules");
        this.functions = functions;
        this.bus = bus;
        for (Map.Entry<String, JsonNode> rule :
                WorkflowData.shared("rules.json").properties())
            if (rule.getValue().has("schedule")) make(rule.getKey(), rule.getValue());
    }

    private void make(String name, JsonNode shape) {
        Alias function = functions.live(shape.path("target").path("function").asText());
        CfnRule rule = CfnRule.Builder.create(this, name)
                .description("Calls " + name + " by the clock")
                .scheduleExpression(shape.path("schedule").asText())
                .state("ENABLED")
                .targets(List.of(CfnRule.TargetProperty.builder()
                        .id("function")
                        .arn(function.getFunctionArn())
                        .deadLetterConfig(CfnRule.DeadLetterConfigProperty.builder()
                                .arn(bus.undelivered().getQueueArn())
                                .build())
                        .retryPolicy(CfnRule.RetryPolicyProperty.builder()
                                .maximumEventAgeInSeconds(DELIVERY_SECONDS)
                                .maximumRetryAttempts(3)
                                .build())
                        .build()))
                .build();
        CfnPermission.Builder.create(this, name + "Call")
                .action("lambda:InvokeFunction")
                .functionName(function.getFunctionArn())
                .principal("events.amazonaws.com")
                .sourceArn(rule.getAttrArn())
                .build();
    }
}
