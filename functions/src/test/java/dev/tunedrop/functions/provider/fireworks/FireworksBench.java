package dev.tunedrop.functions.provider.fireworks;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.provider.MemoryAttempts;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.ServiceBench;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.ServiceHttp;

final class FireworksBench extends ServiceBench<FakeFireworks> {

    static final String LLAMA = "accounts/fireworks/models/llama-v3p1-8b-instruct";

    final FireworksProvider provider;
    private final ServiceHttp http;

    FireworksBench(Duration patience) {
        super(new FakeFireworks());
        http = new ServiceHttp(new AllowedHosts(List.of(), true), Duration.ofSeconds(5), patience);
        provider = with(null);
    }

    FireworksProvider with(@Nullable String deployment) {
        URI account = URI.create(service.address() + "v1/accounts/" + FakeFireworks.ACCOUNT + "/");
        return new FireworksProvider(
                FakeFireworks.ACCOUNT,
                deployment,
                new FireworksApi(account, () -> FakeFireworks.KEY, http),
                file -> () -> new ByteArrayInputStream(Orders.ROWS),
                new OneJob(FireworksProvider.ID, Duration.ZERO, new MemoryAttempts(), clock));
    }

    @Override
    public TrainingOrder order(String key) {
        return Orders.of(key, LLAMA);
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
