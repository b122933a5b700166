package dev.tunedrop.endpoint.http;

import java.time.Duration;

/// Where the server listens and what it puts up with.
///
/// @param port 0 takes a free one
/// @param bodyBytes the largest body of a request
/// @param bodyTime how long a client may take to send its body
/// @param requestTime how long an answer may take, waiting included
/// @param heartbeat how often a sign of life is written while there is nothing to say; it is also how a client that
///     hung up is noticed
/// @param grace how long closing waits for the requests in flight
public record HttpOptions(
        String host,
        int port,
        int bodyBytes,
        Duration bodyTime,
        Duration requestTime,
        Duration heartbeat,
        Duration grace) {

    /// The largest body that SageMaker passes on.
    private static final int SIX_MIB = 6 << 20;

    public static HttpOptions loopback(int port) {
        return new HttpOptions(
                "127.0.0.1",
                port,
                SIX_MIB,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(25));
    }

    public HttpOptions on(String otherHost) {
        return new HttpOptions(otherHost, port, bodyBytes, bodyTime, requestTime, heartbeat, grace);
    }
}
