package dev.tunedrop.aws.watch;

import java.util.List;

import software.amazon.awscdk.services.budgets.CfnBudget;
import software.constructs.Construct;

import dev.tunedrop.aws.Parameters;
import dev.tunedrop.aws.Settings;

/// The second line behind the reservations of the ledger: what AWS itself has counted, some hours late.
public final class Spending extends Construct {

    private static final List<Integer> PERCENTS = List.of(80, 100);

    public Spending(Construct scope, Settings settings, Announcements announcements, Parameters chosen) {
        super(scope, "Spending");
        String topic = announcements.topic().getTopicArn();
        CfnBudget.Builder.create(this, "Budget")
                .budget(CfnBudget.BudgetDataProperty.builder()
                        .budgetName(settings.name() + "-month")
                        .budgetType("COST")
                        .timeUnit("MONTHLY")
                        .budgetLimit(CfnBudget.SpendProperty.builder()
                                .amount(chosen.monthlyBudgetUsd().getValueAsNumber())
                                .unit("USD")
                                .build())
                        .build())
                .notificationsWithSubscribers(PERCENTS.stream()
                        .map(percent -> CfnBudget.NotificationWithSubscribersProperty.builder()
                                .notification(CfnBudget.NotificationProperty.builder()
                                        .notificationType("ACTUAL")
                                        .comparisonOperator("GREATER_THAN")
                                        .threshold(percent)
                                        .thresholdType("PERCENTAGE")
                                        .build())
                                .subscribers(List.of(CfnBudget.SubscriberProperty.builder()
                                        .subscriptionType("SNS")
                                        .address(topic)
                                        .build()))
                                .build())
                        .toList())
                .build();
    }
}
