package dev.tunedrop.aws.access;

import java.util.Map;

import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.ServicePrincipal;

/// Services as principals that act for this account only: another account cannot have them borrow our roles.
public final class Services {

    private Services() {}

    /// Lambda gives no source account when it takes a function's role, so its trust has no condition.
    static IPrincipal lambda() {
        return new ServicePrincipal("lambda.amazonaws.com");
    }

    /// A service that says for which account it acts.
    public static IPrincipal ofThisAccount(String service) {
        return new PrincipalWithConditions(
                new ServicePrincipal(service), Map.of("StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)));
    }

    /// EventBridge where it publishes to a topic: neither the topic nor its key is told whose rule it is, and a
    /// condition on that would refuse every event. Sources: the user guide of EventBridge, "Using resource-based
    /// policies" (Amazon SNS permissions), and the developer guide of SNS, "Key management", step 3.
    public static IPrincipal toldNothingOfItsSource(String service) {
        return new ServicePrincipal(service);
    }

    /// A service that says for which account and which resource it acts.
    public static IPrincipal forResource(String service, String arnPattern) {
        return new PrincipalWithConditions(
                new ServicePrincipal(service),
                Map.of(
                        "StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID),
                        "ArnLike", Map.of("aws:SourceArn", arnPattern)));
    }
}
