package dev.tunedrop.functions.provider.vertex;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import dev.tunedrop.functions.provider.MemoryAttempts;
import dev.tunedrop.functions.provider.MovingClock;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.Orders;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.aws.Proofs;
import dev.tunedrop.functions.provider.faults.ServiceBench;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.ServiceHttp;

final class VertexBench extends ServiceBench<FakeGoogle> {

    static final String GEMINI = "gemini-3.5-flash";

    final VertexProvider provider;
    private final ServiceHttp http;

    VertexBench(Duration patience) {
        this(patience, new MovingClock());
    }

    private VertexBench(Duration patience, MovingClock clock) {
        super(new FakeGoogle(clock), clock);
        http = new ServiceHttp(new AllowedHosts(List.of(), true), Duration.ofSeconds(5), patience);
        Project project = new Project(
                "acme",
                "us-central1",
                "acme-rows",
                FakeGoogle.AUDIENCE,
                FakeGoogle.ACCOUNT,
                Project.Addresses.at(URI.create(service.address())));
        GoogleIdentity identity =
                new GoogleIdentity(project, Proofs.signed(clock), http, VertexProvider.answers(), clock);
        provider = new VertexProvider(
                project,
                new GoogleApi(identity::accessToken, http),
                file -> () -> new ByteArrayInputStream(Orders.ROWS),
                new OneJob(VertexProvider.ID, VertexProvider.SETTLED, new MemoryAttempts(), clock));
    }

    @Override
    public TrainingOrder order(String key) {
        return Orders.of(key, GEMINI);
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
