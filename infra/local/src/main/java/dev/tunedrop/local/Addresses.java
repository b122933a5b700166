package dev.tunedrop.local;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.tunedrop.events.json.Json;

/// Where a running local cloud answers, and with which credentials; `cloud/addresses.json` of its home, readable by its
/// owner only.
///
/// @param api Step Functions, Batch, SageMaker and EventBridge
/// @param pid of the cloud's process, and when that started, so that a file left by a killed one is not believed
public record Addresses(
        URI s3, URI dynamoDb, URI api, String accessKeyId, String secretAccessKey, long pid, Instant processStarted) {

    static Path file(Path home) {
        return home.resolve("cloud").resolve("addresses.json");
    }

    /// The cloud that runs on this home now, if one does.
    public static Optional<Addresses> find(Path home) {
        if (!Files.exists(file(home))) return Optional.empty();
        Addresses addresses = Json.read(file(home), Addresses.class);
        return ProcessHandle.of(addresses.pid())
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .startInstant()
                        .map(addresses.processStarted()::equals)
                        .orElse(true))
                .map(process -> addresses);
    }

    /// Settings by the names that functions and jobs read them by.
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("TUNEDROP_DROPS", Names.DROPS);
        settings.put("TUNEDROP_ARTEFACTS", Names.ARTEFACTS);
        settings.put("TUNEDROP_BASES", Names.BASES);
        settings.put("TUNEDROP_LEDGER", Names.table("Ledger"));
        settings.put("TUNEDROP_BUS", Names.BUS);
        settings.put("TUNEDROP_STATE_MACHINE", Names.STATE_MACHINE);
        settings.put("TUNEDROP_JOB_QUEUE", Names.JOB_QUEUE);
        settings.put("TUNEDROP_JOB_DEFINITION", Names.JOB_DEFINITION);
        settings.put("TUNEDROP_S3_PATH_STYLE", "true");
        settings.put("TUNEDROP_LOCAL_ROUTE", "true");
        return settings;
    }

    /// The same, and the SDK's own settings, as a child process gets them.
    Map<String, String> environment() {
        Map<String, String> environment = settings();
        environment.put("AWS_REGION", Names.REGION);
        environment.put("AWS_ACCESS_KEY_ID", accessKeyId);
        environment.put("AWS_SECRET_ACCESS_KEY", secretAccessKey);
        environment.put("AWS_ENDPOINT_URL", api.toString());
        environment.put("AWS_ENDPOINT_URL_S3", s3.toString());
        environment.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.toString());
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        return environment;
    }

    /// The same for SDK clients and functions in this JVM.
    public Map<String, String> systemProperties() {
        Map<String, String> properties = settings();
        properties.put("aws.region", Names.REGION);
        properties.put("aws.accessKeyId", accessKeyId);
        properties.put("aws.secretAccessKey", secretAccessKey);
        properties.put("aws.endpointUrl", api.toString());
        properties.put("aws.endpointUrlS3", s3.toString());
        properties.put("aws.endpointUrlDynamoDb", dynamoDb.toString());
        properties.put("aws.disableEc2Metadata", "true");
        return properties;
    }

    @Override
    public String toString() {
        return "Addresses[s3=%s, dynamoDb=%s, api=%s]".formatted(s3, dynamoDb, api);
    }
}
