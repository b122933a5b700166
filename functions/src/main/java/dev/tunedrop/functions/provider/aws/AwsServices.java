package dev.tunedrop.functions.provider.aws;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.sagemaker.SageMakerClient;

import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.provider.ObjectAttempts;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.ServiceSetUp;
import dev.tunedrop.functions.provider.vertex.SubjectToken;

/// Sets up the services here. Each needs a role to work as, and is not set up without one.
@Factory
final class AwsServices {

    private static final String BEDROCK_ROLE = "TUNEDROP_BEDROCK_ROLE";
    private static final String SAGEMAKER_ROLE = "TUNEDROP_SAGEMAKER_ROLE";
    private static final String SAGEMAKER_GROUP = "TUNEDROP_SAGEMAKER_GROUP";

    /// Updates are PATCH requests, which Java's own connection cannot send.
    @Bean(preDestroy = "close")
    @Singleton
    BedrockClient bedrockClient() {
        return BedrockClient.builder()
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
    }

    /// The client that asks models is no bean: it is of the command line, and not in the functions' package.
    @Singleton
    ServiceSetUp bedrock(BeanProvider<BedrockClient> client, SdkHttpClient http, Cloud cloud) {
        String role = Configuration.value(BEDROCK_ROLE, "");
        if (role.isEmpty()) return lacksRole(BedrockProvider.ID, BEDROCK_ROLE);
        return new ServiceSetUp.Ready(new BedrockProvider(
                client.get(),
                () -> BedrockConversation.by(http),
                cloud.artefacts(),
                role,
                oneJob(BedrockProvider.ID, cloud)));
    }

    @Singleton
    ServiceSetUp sageMaker(BeanProvider<SageMakerClient> client, Cloud cloud) {
        String role = Configuration.value(SAGEMAKER_ROLE, "");
        String group = Configuration.value(SAGEMAKER_GROUP, "");
        if (role.isEmpty()) return lacksRole(SageMakerProvider.ID, SAGEMAKER_ROLE);
        if (group.isEmpty())
            return new ServiceSetUp.Lacking(
                    SageMakerProvider.ID, "no model package group is configured for it; set " + SAGEMAKER_GROUP);
        Set<String> accepted = Arrays.stream(
                        Configuration.value("TUNEDROP_SAGEMAKER_EULAS", "").split("[, ]+", -1))
                .collect(Collectors.toUnmodifiableSet());
        return new ServiceSetUp.Ready(new SageMakerProvider(
                client.get(),
                cloud.artefacts(),
                new SageMakerProvider.Account(role, group, accepted),
                oneJob(SageMakerProvider.ID, cloud)));
    }

    /// What proves to Google who this function is.
    @Singleton
    SubjectToken subjectToken() {
        return audience -> new CallerIdentity(
                        DefaultCredentialsProvider.builder().build(),
                        new DefaultAwsRegionProviderChain().getRegion().id(),
                        Clock.systemUTC())
                .forAudience(audience);
    }

    private static ServiceSetUp lacksRole(String id, String setting) {
        return new ServiceSetUp.Lacking(id, "no role is configured for it; set " + setting);
    }

    /// Both services make one job of two creates with one name.
    private static OneJob oneJob(String id, Cloud cloud) {
        return new OneJob(id, Duration.ZERO, new ObjectAttempts(cloud.artefacts()), Clock.systemUTC());
    }
}
