package dev.tunedrop.aws.flow;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.CfnRule;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

import dev.tunedrop.aws.WorkflowData;
import dev.tunedrop.aws.access.Services;

/// From "Object Created" to the intake function: the rule and queues of `rules.json` and `queues.json`. An event that
/// the rule cannot deliver and a message that intake cannot take end in the same dead letter queue.
public final class DropQueue extends Construct {

    /// StartExecution is limited by account and region; a storm of drops waits in the queue instead.
    private static final int INTAKES_AT_ONCE = 20;

    private static final int HOURS_OF_DELIVERY = 24;
    private static final int DELIVERIES = 185;

    private final Queue queue;
    private final Queue dead;
    private final CfnRule rule;

    public DropQueue(Construct scope, Bucket drops, Functions functions) {
        super(scope, "Drops");
        JsonNode queues = WorkflowData.shared("queues.json");
        JsonNode shape = queues.path("Drops");
        dead = queue(shape.path("deadLetterQueue").asText(), queues).build();
        queue = queue("Drops", queues)
                .deadLetterQueue(DeadLetterQueue.builder()
                        .queue(dead)
                        .maxReceiveCount(shape.path("maxReceiveCount").asInt())
                        .build())
                .build();
        rule = rule(WorkflowData.shared("rules.json").path("Drops"), drops);
        accept(queue);
        accept(dead);
        JsonNode consumer = shape.path("consumer");
        functions
                .live(consumer.path("function").asText())
                .addEventSource(SqsEventSource.Builder.create(queue)
                        .batchSize(consumer.path("batchSize").asInt())
                        .reportBatchItemFailures(
                                consumer.path("reportBatchItemFailures").asBoolean())
                        .maxConcurrency(INTAKES_AT_ONCE)
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

    private CfnRule rule(JsonNode shape, Bucket drops) {
        return CfnRule.Builder.create(this, "Rule")
                .description("An object was created in the drop bucket")
                .eventPattern(WorkflowData.resolved(shape.path("pattern"), Map.of("Drops", drops.getBucketName())))
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
