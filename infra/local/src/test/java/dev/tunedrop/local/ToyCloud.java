package dev.tunedrop.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import dev.tunedrop.events.json.Json;

/// A cloud with a workflow small enough to read: a function, a job, the end.
final class ToyCloud {

    private static final String MACHINE = """
            {"QueryLanguage":"JSONata","StartAt":"Begin","States":{
              "Begin":{"Type":"Pass","Assign":{"runId":"{% $states.input.runId %}"},"Next":"Ask"},
              "Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":20,
                "Arguments":{"FunctionName":"${Echo}","Payload":{"size":"{% $states.input.sizeBytes %}"}},
                "Retry":[{"ErrorEquals":["Lambda.ServiceException"]}],
                "Output":"{% $states.result.Payload %}","Next":"Train"},
              "Train":{"Type":"Task","Resource":"arn:aws:states:::batch:submitJob.sync","TimeoutSeconds":60,
                "Arguments":{"JobName":"{% $runId %}","JobQueue":"${JobQueue}","JobDefinition":"${JobDefinition}",
                  "RetryStrategy":{"Attempts":3,"EvaluateOnExit":[{"OnExitCode":"75","Action":"RETRY"},{"OnReason":"*","Action":"EXIT"}]},
                  "ContainerOverrides":{"Environment":[{"Name":"TUNEDROP_RUN","Value":"{% $runId %}"},{"Name":"TOY_EXIT","Value":"75-first"}]}},
                "Output":{"status":"{% $states.result.Status %}","attempts":"{% $count($states.result.Attempts) %}"},"Next":"Done"},
              "Done":{"Type":"Succeed"}}}
            """;

    private ToyCloud() {}

    static Workflow workflow() {
        return new Workflow(
                MACHINE,
                tree(
                        "{\"Intake\":{\"handler\":\"dev.tunedrop.local.ToyHandlers$Intake\",\"timeoutSeconds\":30,\"memoryMiB\":128},"
                                + "\"Echo\":{\"handler\":\"dev.tunedrop.local.ToyHandlers$Echo\",\"timeoutSeconds\":10,\"memoryMiB\":128}}"),
                tree(
                        "{\"Drops\":{\"visibilityTimeoutSeconds\":30,\"maxReceiveCount\":3,\"deadLetterQueue\":\"DropsDead\",\"consumer\":{\"function\":\"Intake\",\"batchSize\":10}},\"DropsDead\":{}}"),
                tree(
                        "{\"Drops\":{\"pattern\":{\"source\":[\"aws.s3\"],\"detail-type\":[\"Object Created\"],\"detail\":{\"bucket\":{\"name\":[\"${Drops}\"]},\"object\":{\"key\":[{\"suffix\":\".jsonl\"}]}}},\"target\":{\"queue\":\"Drops\"}}}"),
                tree(
                        "{\"Ledger\":{\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}],\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],\"BillingMode\":\"PAY_PER_REQUEST\"}}"));
    }

    static CloudOptions options(Path home) {
        return new CloudOptions(
                home,
                home.resolve("models"),
                0,
                workflow(),
                "dev.tunedrop.local.ToyHandlers$ToyJob",
                "dev.tunedrop.local.sagemaker.ToyEndpoint",
                List.of(),
                1);
    }

    static S3Client s3(Addresses addresses) {
        return client(S3Client.builder().forcePathStyle(true), addresses, addresses.s3())
                .build();
    }

    static <B extends AwsSyncClientBuilder<B, ?> & AwsClientBuilder<B, ?>> B client(
            B builder, Addresses addresses, URI endpoint) {
        builder.httpClient(UrlConnectionHttpClient.create());
        builder.region(Region.US_EAST_1);
        builder.endpointOverride(endpoint);
        builder.credentialsProvider(StaticCredentialsProvider.create(
                AwsBasicCredentials.create(addresses.accessKeyId(), addresses.secretAccessKey())));
        return builder;
    }

    private static JsonNode tree(String json) {
        return Json.read(json, JsonNode.class, "toy");
    }
}
