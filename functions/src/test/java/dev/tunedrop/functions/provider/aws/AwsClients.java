package dev.tunedrop.functions.provider.aws;

import java.net.URI;
import java.time.Duration;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;

/// What AWS clients of the tests have in common: an address on this machine, and one try for each call, so
/// that a provider's own patience is what is tried.
final class AwsClients {

    /// One for all: a client is made for each of hundreds of cases.
    static final SdkHttpClient HTTP = ApacheHttpClient.create();

    private AwsClients() {}

    static <C extends AwsClientBuilder<C, ?>> C at(C client, String address, Duration patience) {
        return client.endpointOverride(URI.create(address))
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "not-a-secret")))
                .overrideConfiguration(over -> over.apiCallTimeout(patience)
                        .retryStrategy(RetryMode.STANDARD)
                        .retryStrategy(retry -> retry.maxAttempts(1)));
    }
}
