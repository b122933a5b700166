package dev.tunedrop.aws.flow;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.CfnRule;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

import dev.tunedrop.aws.WorkflowData;
import dev.tunedrop.aws.access.Services;

/// From an event to the function that takes it: the rule and queues that `rules.json` and `queues.json` have under one
/// name. An event that the rule cannot deliver and a message that the function cannot take end in the same dead letter
/// queue. Only so many calls go on at once: StartExecution is limited by account and region, and a storm of events
/// waits in the queue instead.
public final class EventQueue extends Construct {

    private static final int HOURS_OF_DELIVERY = 24;
    private static final int DELIVERIES = 185;

    private final Queue queue;
    private final Queue dead;
    private final CfnRule rule;

    /// "Object Created" to intake.
    ///
    /// @param bucket where files are dropped
    public static EventQueue ofDrops(Construct scope, String bucket, Functions functions) {
        return new EventQueue(
                scope, "Drops", "An object was created in the drop bucket", Map.of("Drops", bucket), null, functions);
    }

    /// "RetrainRequested" to the function that starts a run over a drop of before.
    public static EventQueue ofRetrains(Construct scope, EventBusOfOurs bus, Functions functions) {
        return new EventQueue(
                scope,
                "Retrains",
                "Somebody or something wants a dataset trained again",
                Map.of(),
                bus.bus().getEventBusName(),
                functions);
    }

    private EventQueue(
            Construct scope,
            String name,
            String description,
            Map<String, String> names,
            @Nullable String bus,
            Functions functions) {
        super(scope, name);
        JsonNode queues = WorkflowData.shared("queues.json");
        JsonNode shape = queues.path(name);
        dead = queue(shape.path("deadLetterQueue").asText(), queues).build();
        queue = queue(name, queues)
                .deadLetterQueue(DeadLetterQueue.builder()
                        .queue(dead)
                        .maxReceiveCount(shape.path("maxReceiveCount").asInt())
                        .build())
                .build();
        JsonNode written = WorkflowData.shared("rules.json").path(name);
        if (written.path("bus").asText().equals("ours") != (bus != null))
            throw new IllegalStateException("rules.json and this stack do not agree on whose bus " + name + " is on");
        rule = rule(written, description, names, bus);
        accept(queue);
        accept(dead);
        JsonNode consumer = shape.path("consumer");
        functions
                .live(consumer.path("function").asText())
                .addEventSource(SqsEventSource.Builder.create(queue)
                        .batchSize(consumer.path("batchSize").asInt())
                        .reportBatchItemFailures(
                                consumer.path("reportBatchItemFailures").asBoolean())
                        .maxConcurrency(consumer.path("maximumConcurrency").asInt())
                        .build());
    }

    private Queue.Builder queue(String name, JsonNode queues) {
        JsonNode shape = queues.path(name);
        return Queue.Builder.create(this, name)
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .visibilityTimeout(
                        Duration.seconds(shape.path("visibilityTimeoutSeconds").asInt()))
                .retentionPeriod(Duration.seconds(shape.path("retentionSeconds").asInt()));
    }

    private CfnRule rule(JsonNode shape, String description, Map<String, String> names, @Nullable String bus) {
        return CfnRule.Builder.create(this, "Rule")
                .description(description)
                .eventBusName(bus)
                .eventPattern(WorkflowData.resolved(shape.path("pattern"), names))
                .state("ENABLED")
                .targets(List.of(CfnRule.TargetProperty.builder()
                        .id("drops")
                        .arn(queue.getQueueArn())
                        .deadLetterConfig(CfnRule.DeadLetterConfigProperty.builder()
                                .arn(dead.getQueueArn())
                                .build())
                        .retryPolicy(CfnRule.RetryPolicyProperty.builder()
                                .maximumEventAgeInSeconds(HOURS_OF_DELIVERY * 3600)
                                .maximumRetryAttempts(DELIVERIES)
                                .build())
                        .build()))
                .build();
    }

    private void accept(Queue target) {
        target.addToResourcePolicy(PolicyStatement.Builder.create()
                .sid("OnlyTheRule")
                .actions(List.of("sqs:SendMessage"))
                .resources(List.of(target.getQueueArn()))
                .principals(List.of(Services.forResource("events.amazonaws.com", rule.getAttrArn())))
                .build());
    }

    public Queue queue() {
        return queue;
    }

    public Queue dead() {
        return dead;
    }

    public CfnRule rule() {
        return rule;
    }
}
