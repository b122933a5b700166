package dev.tunedrop.functions.cloud.aws;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sagemaker.SageMakerClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;

import dev.tunedrop.events.metric.EmfLines;
import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.DropVersions;
import dev.tunedrop.functions.cloud.Jobs;
import dev.tunedrop.functions.cloud.Secrets;

/// Makes the clients and hands them to the doors. Addresses, region and credentials come the SDK's own way, so the same
/// code speaks to AWS and to a local cloud.
@Factory
public final class AwsCloud {

    @Bean(preDestroy = "close")
    @Singleton
    SdkHttpClient http() {
        return Connections.open();
    }

    @Bean(preDestroy = "close")
    @Singleton
    S3Client s3(SdkHttpClient http) {
        return S3Client.builder()
                .httpClient(http)
                .forcePathStyle(Boolean.parseBoolean(Configuration.value("TUNEDROP_S3_PATH_STYLE", "false")))
                .build();
    }

    @Bean(preDestroy = "close")
    @Singleton
    DynamoDbClient dynamoDb(SdkHttpClient http) {
        return DynamoDbClient.builder().httpClient(http).build();
    }

    @Bean(preDestroy = "close")
    @Singleton
    SfnClient stepFunctions(SdkHttpClient http) {
        return SfnClient.builder().httpClient(http).build();
    }

    @Bean(preDestroy = "close")
    @Singleton
    EventBridgeClient eventBridge(SdkHttpClient http) {
        return EventBridgeClient.builder().httpClient(http).build();
    }

    @Bean(preDestroy = "close")
    @Singleton
    SageMakerClient sageMaker(SdkHttpClient http) {
        return SageMakerClient.builder().httpClient(http).build();
    }

    @Bean(preDestroy = "close")
    @Singleton
    SageMakerRuntimeClient sageMakerRuntime(SdkHttpClient http) {
        return SageMakerRuntimeClient.builder().httpClient(http).build();
    }

    @Bean(preDestroy = "close")
    @Singleton
    SecretsManagerClient secretsManager(SdkHttpClient http) {
        return SecretsManagerClient.builder().httpClient(http).build();
    }

    @Bean(preDestroy = "close")
    @Singleton
    BatchClient batch(SdkHttpClient http) {
        return BatchClient.builder().httpClient(http).build();
    }

    @Singleton
    Jobs jobs(BatchClient batch) {
        return new BatchJobs(batch);
    }

    @Singleton
    DropVersions dropVersions(S3Client s3) {
        return new S3DropVersions(s3, Configuration.required("TUNEDROP_DROPS"));
    }

    @Singleton
    Secrets secrets(SecretsManagerClient manager) {
        return new SecretsManagerSecrets(manager);
    }

    @Singleton
    Cloud cloud(
            S3Client s3,
            DynamoDbClient dynamoDb,
            SfnClient stepFunctions,
            EventBridgeClient eventBridge,
            SageMakerClient sageMaker,
            SageMakerRuntimeClient runtime) {
        String table = Configuration.required("TUNEDROP_LEDGER");
        return new Cloud(
                new S3Objects(s3, Configuration.required("TUNEDROP_DROPS")),
                new S3Objects(s3, Configuration.required("TUNEDROP_ARTEFACTS")),
                new S3Objects(s3, Configuration.required("TUNEDROP_BASES")),
                new DynamoLedger(dynamoDb, table),
                new DynamoBudget(dynamoDb, table),
                new StepFunctionsExecutions(stepFunctions, Configuration.required("TUNEDROP_STATE_MACHINE")),
                new EventBridgeBus(eventBridge, Configuration.required("TUNEDROP_BUS")),
                new SageMakerEndpoints(sageMaker, runtime, Hosting.fromConfiguration()),
                EmfLines.to(Configuration.find(EmfLines.FILE_SETTING)));
    }
}
