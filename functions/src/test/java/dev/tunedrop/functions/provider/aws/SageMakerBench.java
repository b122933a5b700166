package dev.tunedrop.functions.provider.aws;

import java.time.Duration;
import java.util.Set;

import software.amazon.awssdk.services.sagemaker.SageMakerClient;

import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.provider.MemoryAttempts;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.ServiceBench;

final class SageMakerBench extends ServiceBench<FakeSageMaker> {

    final SageMakerProvider provider;
    private final SageMakerClient client;

    SageMakerBench(AwsModel model, Duration patience) {
        super(new FakeSageMaker(model));
        client = AwsClients.at(SageMakerClient.builder(), service.address(), patience)
                .httpClient(AwsClients.HTTP)
                .build();
        provider = with(FakeSageMaker.ROLE, Set.of("llama-3.1-8b"));
    }

    SageMakerProvider with(String role, Set<String> accepted) {
        return new SageMakerProvider(
                client,
                new MemoryObjects("tunedrop-artefacts"),
                new SageMakerProvider.Account(role, FakeSageMaker.GROUP, accepted),
                new OneJob(SageMakerProvider.ID, Duration.ZERO, new MemoryAttempts(), clock));
    }

    SageMakerProvider unaccepting() {
        return with(FakeSageMaker.ROLE, Set.of());
    }

    @Override
    public TrainingOrder order(String key) {
        return Orders.of(key, "llama-3.1-8b");
    }

    @Override
    public Provider provider() {
        return provider;
    }

    @Override
    protected AutoCloseable way() {
        return client;
    }
}
