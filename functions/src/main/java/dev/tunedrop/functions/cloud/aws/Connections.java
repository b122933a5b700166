package dev.tunedrop.functions.cloud.aws;

import java.io.IOException;
import java.io.UncheckedIOException;

import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/// The JDK's own connections, for the SDK.
///
/// The SDK sends a request again after an [IOException]. Its client over `HttpURLConnection` tells some connections
/// that
/// ended before the answer, such as a kept one that the service has closed meanwhile, as [UncheckedIOException], which
/// ends the call; here it is what it wraps.
public final class Connections implements SdkHttpClient {

    private final SdkHttpClient client;

    private Connections(SdkHttpClient client) {
        this.client = client;
    }

    public static SdkHttpClient open() {
        return of(UrlConnectionHttpClient.create());
    }

    static SdkHttpClient of(SdkHttpClient client) {
        return new Connections(client);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = client.prepareRequest(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                try {
                    return prepared.call();
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }
}
