package dev.tunedrop.aws.watch;

import java.util.List;
import java.util.Map;

import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.events.CfnRule;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.sns.CfnSubscription;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

import dev.tunedrop.aws.Parameters;
import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.access.Services;
import dev.tunedrop.aws.flow.EventBusOfOurs;
import dev.tunedrop.aws.train.Fleet;
import dev.tunedrop.events.TunedropEvent;

/// The topic that people subscribe to: alarms, the budget, and what runs announce. Rules that are there to be counted
/// stand here too, since CloudWatch counts what a rule matches and nothing else counts these events.
public final class Announcements extends Construct {

    private static final List<String> SERVICES = List.of("cloudwatch.amazonaws.com", "budgets.amazonaws.com");

    private static final String EVENTS = "events.amazonaws.com";

    private static final String FAILED = "RunFailed";

    private final Topic topic;
    private final CfnRule announced;
    private final CfnRule failed;
    private final CfnRule stuck;

    public Announcements(
            Construct scope, Settings settings, Key key, EventBusOfOurs bus, Fleet fleet, Parameters chosen) {
        super(scope, "Announcements");
        topic = Topic.Builder.create(this, "Topic")
                .displayName("Tunedrop " + settings.name())
                .masterKey(key)
                .enforceSsl(true)
                .build();
        SERVICES.forEach(service -> publishes(Services.ofThisAccount(service), key));
        publishes(Services.toldNothingOfItsSource(EVENTS), key);
        take(bus, Services.ofThisAccount(EVENTS));
        take(bus, Services.forResource("sns.amazonaws.com", topic.getTopicArn()));
        announced = rule(
                "Announced",
                bus.bus().getEventBusName(),
                bus,
                "What runs announce, but for failures, to the topic",
                Map.of(
                        "source", List.of(TunedropEvent.SOURCE),
                        "detail-type", List.of(Map.of("anything-but", List.of(FAILED)))));
        failed = rule(
                "Failed",
                bus.bus().getEventBusName(),
                bus,
                "Runs that ended FAILED, to the topic; an alarm counts them",
                Map.of("source", List.of(TunedropEvent.SOURCE), "detail-type", List.of(FAILED)));
        stuck = rule(
                "Stuck",
                "default",
                bus,
                "Jobs that find no machine, to the topic; an alarm counts them",
                Map.of(
                        "source", List.of("aws.batch"),
                        "detail-type", List.of("Batch Job Queue Blocked"),
                        "resources", List.of(fleet.spotQueueArn(), fleet.onDemandQueueArn())));
        subscribe(chosen, bus);
    }

    /// Publishing to an encrypted topic takes the topic's leave and its key's.
    private void publishes(IPrincipal service, Key key) {
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .actions(List.of("kms:Decrypt", "kms:GenerateDataKey"))
                .resources(List.of("*"))
                .principals(List.of(service))
                .build());
        topic.addToResourcePolicy(PolicyStatement.Builder.create()
                .actions(List.of("sns:Publish"))
                .resources(List.of(topic.getTopicArn()))
                .principals(List.of(service))
                .build());
    }

    /// What could not be told goes to the bus's queue.
    private static void take(EventBusOfOurs bus, IPrincipal from) {
        bus.undelivered()
                .addToResourcePolicy(PolicyStatement.Builder.create()
                        .actions(List.of("sqs:SendMessage"))
                        .resources(List.of(bus.undelivered().getQueueArn()))
                        .principals(List.of(from))
                        .build());
    }

    private CfnRule rule(String id, String onBus, EventBusOfOurs bus, String description, Map<String, Object> pattern) {
        return CfnRule.Builder.create(this, id)
                .eventBusName(onBus)
                .description(description)
                .eventPattern(pattern)
                .state("ENABLED")
                .targets(List.of(CfnRule.TargetProperty.builder()
                        .id("topic")
                        .arn(topic.getTopicArn())
                        .deadLetterConfig(CfnRule.DeadLetterConfigProperty.builder()
                                .arn(bus.undelivered().getQueueArn())
                                .build())
                        .build()))
                .build();
    }

    private void subscribe(Parameters chosen, EventBusOfOurs bus) {
        String email = chosen.email().getValueAsString();
        CfnCondition wanted = CfnCondition.Builder.create(this, "SomebodyListens")
                .expression(Fn.conditionNot(Fn.conditionEquals(email, "")))
                .build();
        CfnSubscription.Builder.create(this, "Mail")
                .topicArn(topic.getTopicArn())
                .protocol("email")
                .endpoint(email)
                .redrivePolicy(Map.of("deadLetterTargetArn", bus.undelivered().getQueueArn()))
                .build()
                .getCfnOptions()
                .setCondition(wanted);
    }

    public Topic topic() {
        return topic;
    }

    CfnRule announced() {
        return announced;
    }

    CfnRule failed() {
        return failed;
    }

    CfnRule stuck() {
        return stuck;
    }
}
