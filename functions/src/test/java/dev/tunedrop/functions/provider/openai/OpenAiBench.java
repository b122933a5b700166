package dev.tunedrop.functions.provider.openai;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.provider.MemoryAttempts;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.ServiceBench;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// A service that speaks OpenAI's protocol, and a client of it.
final class OpenAiBench<F extends FakeService> extends ServiceBench<F> {

    static final byte[] ROWS = Orders.ROWS;

    final OpenAiProvider provider;
    private final ServiceHttp http;

    private OpenAiBench(F fake, String key, Duration patience, OpenAiProfile profile) {
        super(fake);
        http = new ServiceHttp(new AllowedHosts(List.of(), true), Duration.ofSeconds(5), patience);
        OpenAiApi api = new OpenAiApi(profile, URI.create(service.address() + "v1/"), () -> key, http);
        provider = new OpenAiProvider(
                profile, api, file -> () -> new ByteArrayInputStream(ROWS), null, new MemoryAttempts(), clock);
    }

    static OpenAiBench<FakeOpenAi> of(RequestSchema schema, Duration patience) {
        return of(schema, patience, profile("openai"));
    }

    static OpenAiBench<FakeOpenAi> of(RequestSchema schema, Duration patience, OpenAiProfile profile) {
        return new OpenAiBench<>(new FakeOpenAi(schema), FakeOpenAi.KEY, patience, profile);
    }

    /// One that speaks the protocol in its own way.
    static OpenAiBench<FakeProfile> of(String id) {
        return new OpenAiBench<>(new FakeProfile(id), FakeProfile.key(), Duration.ofSeconds(20), profile(id));
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
    public Provider provider() {
        return provider;
    }

    @Override
    protected AutoCloseable way() {
        return http;
    }
}
