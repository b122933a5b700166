package dev.tunedrop.functions.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;

/// The way out holds itself to the list, call by call.
class ServiceHttpTest {

    private static ServiceHttp to(AllowedHosts hosts) {
        return new ServiceHttp(hosts, Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    private static HttpRequest get(String url) {
        return HttpRequest.newBuilder(URI.create(url)).build();
    }

    @Test
    void aListedNameThatResolvesToThisMachineIsNotConnectedTo() {
        try (ServiceHttp http = to(new AllowedHosts(List.of("localhost"), false))) {
            assertThatExceptionOfType(ForbiddenAddress.class)
                    .isThrownBy(() -> http.send(get("https://localhost/v1/files")))
                    .withMessageContaining("resolves to a private address");
        }
    }

    @Test
    void anAddressThatIsNotOnTheListIsNotAskedAndARedirectIsHandedOn() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        try (ServiceHttp closed = to(new AllowedHosts(List.of("127.0.0.1"), false));
                ServiceHttp open = to(new AllowedHosts(List.of(), true))) {
            assertThatExceptionOfType(ForbiddenAddress.class)
                    .isThrownBy(() -> closed.send(get(url)))
                    .withMessageContaining("its scheme is not https");
            assertThat(asked).hasValue(0);
            assertThat(open.send(get(url)).status()).isEqualTo(302);
            assertThat(asked).hasValue(1);
        } finally {
            server.stop(0);
        }
    }
}
