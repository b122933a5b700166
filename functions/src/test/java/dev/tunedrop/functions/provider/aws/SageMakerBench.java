package dev.tunedrop.functions.provider.aws;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import software.amazon.awssdk.services.sagemaker.SageMakerClient;

import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.provider.MemoryAttempts;
import dev.tunedrop.functions.provider.MovingClock;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.faults.OneJobUnderFaults;

final class SageMakerBench implements OneJobUnderFaults.Bench {

    static final String ROLE = "arn:aws:iam::111122223333:role/tunedrop-customisation";
    static final String GROUP = "arn:aws:sagemaker:us-east-1:111122223333:model-package-group/tunedrop";

    final FakeSageMaker fake;
    final FaultyService service;
    final SageMakerProvider provider;
    private final SageMakerClient client;
    private final MovingClock clock = new MovingClock();

    SageMakerBench(AwsModel model, Duration patience) {
        fake = new FakeSageMaker(model);
        service = new FaultyService(fake, FakeSageMaker::operation);
        client = AwsClients.at(SageMakerClient.builder(), service.address(), patience)
                .httpClient(AwsClients.HTTP)
                .build();
        provider = with(ROLE, Set.of("llama-3.1-8b"));
    }

    SageMakerProvider with(String role, Set<String> accepted) {
        return new SageMakerProvider(
                client,
                new MemoryObjects("tunedrop-artefacts"),
                new SageMakerProvider.Account(role, GROUP, accepted),
                new OneJob(SageMakerProvider.ID, Duration.ZERO, new MemoryAttempts(), clock));
    }

    SageMakerProvider unaccepting() {
        return with(ROLE, Set.of());
    }

    @Override
    public TrainingOrder order(String key) {
        return Orders.of(key, "llama-3.1-8b");
    }

    @Override
    public FaultyService service() {
        return service;
    }

    @Override
    public Provider provider() {
        return provider;
    }

    @Override
    public int jobs() {
        return fake.jobs();
    }

    @Override
    public boolean has(String jobId) {
        return fake.has(jobId);
    }

    @Override
    public List<String> complaints() {
        return fake.complaints();
    }

    @Override
    public void pass(Duration time) {
        clock.pass(time);
    }

    @Override
    public void close() {
        client.close();
        service.close();
    }
}
