package dev.tunedrop.functions.provider.http;

/// Makes the way out to some hosts.
@FunctionalInterface
public interface HttpFactory {
    ServiceHttp to(AllowedHosts hosts);
}
