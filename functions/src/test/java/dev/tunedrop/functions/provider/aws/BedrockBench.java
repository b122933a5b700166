package dev.tunedrop.functions.provider.aws;

import java.time.Duration;

import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.provider.MemoryAttempts;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.ServiceBench;

final class BedrockBench extends ServiceBench<FakeBedrock> {

    static final String NOVA = "amazon.nova-micro-v1:0:128k";

    final BedrockProvider provider;
    private final BedrockClient client;
    private final BedrockRuntimeClient runtime;

    BedrockBench(AwsModel model, Duration patience) {
        super(new FakeBedrock(model));
        client = AwsClients.at(BedrockClient.builder(), service.address(), patience)
                .httpClient(AwsClients.HTTP)
                .build();
        runtime = AwsClients.at(BedrockRuntimeClient.builder(), service.address(), patience)
                .httpClient(AwsClients.HTTP)
                .build();
        provider = new BedrockProvider(
                client,
                () -> new BedrockConversation(runtime),
                new MemoryObjects("tunedrop-artefacts"),
                FakeBedrock.ROLE,
                new OneJob(BedrockProvider.ID, Duration.ZERO, new MemoryAttempts(), clock));
    }

    @Override
    public TrainingOrder order(String key) {
        return Orders.of(key, NOVA);
    }

    @Override
    public Provider provider() {
        return provider;
    }

    @Override
    protected AutoCloseable way() {
        return () -> {
            client.close();
            runtime.close();
        };
    }
}
