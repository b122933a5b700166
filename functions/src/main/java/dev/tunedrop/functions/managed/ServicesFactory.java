package dev.tunedrop.functions.managed;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Secrets;
import dev.tunedrop.functions.provider.Means;
import dev.tunedrop.functions.provider.ObjectAttempts;
import dev.tunedrop.functions.provider.Providers;
import dev.tunedrop.functions.provider.ServiceSetUp;
import dev.tunedrop.functions.provider.fireworks.FireworksProvider;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.ServiceHttp;
import dev.tunedrop.functions.provider.openai.OpenAiServices;
import dev.tunedrop.functions.provider.vertex.SubjectToken;
import dev.tunedrop.functions.provider.vertex.VertexProvider;

/// Puts together every service. One with a client of its own is a bean of type [ServiceSetUp].
@Factory
final class ServicesFactory {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    /// A file of half a GiB is on its way for a while.
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /// The ways out, closed with the context.
    static final class Ways implements AutoCloseable {
        private final List<ServiceHttp> open = new ArrayList<>();

        ServiceHttp to(AllowedHosts hosts) {
            ServiceHttp way = new ServiceHttp(hosts, CONNECT, PATIENCE);
            open.add(way);
            return way;
        }

        @Override
        public void close() {
            open.forEach(ServiceHttp::close);
        }
    }

    @Bean(preDestroy = "close")
    @Singleton
    Ways ways() {
        return new Ways();
    }

    @Singleton
    Services services(Cloud cloud, Secrets secrets, Ways ways, SubjectToken subject, List<ServiceSetUp> others) {
        Means means = new Means(cloud.artefacts(), secrets, new ObjectAttempts(cloud.artefacts()), Clock.systemUTC());
        List<ServiceSetUp> all = new ArrayList<>(others);
        all.addAll(new OpenAiServices(means).all(loopback(), ways::to));
        all.add(FireworksProvider.setUp(means, loopback(), ways::to));
        all.add(VertexProvider.setUp(means, subject, loopback(), ways::to));
        return new Services(cloud, new Providers(all));
    }

    /// A service of this very machine, which only a local cloud may be told to use.
    private static boolean loopback() {
        return Configuration.local() && Boolean.parseBoolean(Configuration.value("TUNEDROP_PROVIDERS_HERE", "false"));
    }
}
