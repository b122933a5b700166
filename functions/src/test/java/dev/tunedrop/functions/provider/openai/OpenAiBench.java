package dev.tunedrop.functions.provider.openai;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.provider.MemoryAttempts;
import dev.tunedrop.functions.provider.MovingClock;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.faults.OneJobUnderFaults;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// A fake service and a client of it, with a clock that moves only when it is told to.
final class OpenAiBench implements OneJobUnderFaults.Bench {

    static final byte[] ROWS = Orders.ROWS;

    final FakeOpenAi fake;
    final FaultyService service;
    final OpenAiProvider provider;
    private final ServiceHttp http;
    private final MovingClock clock = new MovingClock();

    OpenAiBench(RequestSchema schema, Duration patience) {
        this(schema, patience, profile("openai"));
    }

    OpenAiBench(RequestSchema schema, Duration patience, OpenAiProfile profile) {
        fake = new FakeOpenAi(schema);
        service = new FaultyService(fake, FakeOpenAi::operation);
        http = new ServiceHttp(new AllowedHosts(List.of(), true), Duration.ofSeconds(5), patience);
        OpenAiApi api = new OpenAiApi(profile, URI.create(service.address() + "v1/"), () -> FakeOpenAi.KEY, http);
        provider = new OpenAiProvider(
                profile, api, file -> () -> new ByteArrayInputStream(ROWS), null, new MemoryAttempts(), clock);
    }

    static OpenAiProfile profile(String id) {
        return OpenAiProfile.all().stream()
                .filter(profile -> profile.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    static TrainingOrder order(String key, String model) {
        return Orders.of(key, model, "{}", RunSettings.Objective.SFT, null);
    }

    @Override
    public TrainingOrder order(String key) {
        return order(key, "gpt-4.1-mini-2025-04-14");
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
        return fake.jobIds().contains(jobId);
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
        http.close();
        service.close();
    }
}
