package dev.tunedrop.functions.provider.aws;

import java.time.Duration;
import java.util.List;

import software.amazon.awssdk.services.bedrock.BedrockClient;

import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.provider.MemoryAttempts;
import dev.tunedrop.functions.provider.MovingClock;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.faults.OneJobUnderFaults;

final class BedrockBench implements OneJobUnderFaults.Bench {

    static final String NOVA = "amazon.nova-micro-v1:0:128k";
    static final String ROLE = "arn:aws:iam::111122223333:role/tunedrop-bedrock";

    final FakeBedrock fake;
    final FaultyService service;
    final BedrockProvider provider;
    private final BedrockClient client;
    private final MovingClock clock = new MovingClock();

    BedrockBench(AwsModel model, Duration patience) {
        fake = new FakeBedrock(model);
        service = new FaultyService(fake, FakeBedrock::operation);
        client = AwsClients.at(BedrockClient.builder(), service.address(), patience)
                .httpClient(AwsClients.HTTP)
                .build();
        provider = new BedrockProvider(
                client,
                new MemoryObjects("tunedrop-artefacts"),
                ROLE,
                new OneJob(BedrockProvider.ID, Duration.ZERO, new MemoryAttempts(), clock));
    }

    @Override
    public TrainingOrder order(String key) {
        return Orders.of(key, NOVA);
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
