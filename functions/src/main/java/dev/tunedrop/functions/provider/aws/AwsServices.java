package dev.tunedrop.functions.provider.aws;

import java.time.Clock;
import java.time.Duration;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.bedrock.BedrockClient;

import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.provider.ObjectAttempts;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.ServiceSetUp;

/// Sets up the services here. Each needs a role to work as, and is not set up without one.
@Factory
final class AwsServices {

    private static final String BEDROCK_ROLE = "TUNEDROP_BEDROCK_ROLE";

    /// Updates are PATCH requests, which Java's own connection cannot send.
    @Bean(preDestroy = "close")
    @Singleton
    BedrockClient bedrockClient() {
        return BedrockClient.builder()
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
    }

    @Singleton
    ServiceSetUp bedrock(BeanProvider<BedrockClient> client, Cloud cloud) {
        String role = Configuration.value(BEDROCK_ROLE, "");
        if (role.isEmpty()) return lacksRole(BedrockProvider.ID, BEDROCK_ROLE);
        return new ServiceSetUp.Ready(
                new BedrockProvider(client.get(), cloud.artefacts(), role, oneJob(BedrockProvider.ID, cloud)));
    }

    private static ServiceSetUp lacksRole(String id, String setting) {
        return new ServiceSetUp.Lacking(id, "no role is configured for it; set " + setting);
    }

    /// Both services make one job of two creates with one name.
    private static OneJob oneJob(String id, Cloud cloud) {
        return new OneJob(id, Duration.ZERO, new ObjectAttempts(cloud.artefacts()), Clock.systemUTC());
    }
}
