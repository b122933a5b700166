package dev.tunedrop.functions.provider.openai;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.cloud.Objects.Head;
import dev.tunedrop.functions.cloud.Secrets;
import dev.tunedrop.functions.provider.Attempts;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.ServiceSetUp;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.Webhooks;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// Every service of `profiles.json`. Its address is the profile's own, or the one that the setting
/// `TUNEDROP_<ID>_URL` names (`TUNEDROP_AZURE_URL`).
public final class OpenAiServices {

    private final Objects artefacts;
    private final Secrets secrets;
    private final Attempts attempts;
    private final Clock clock;

    public OpenAiServices(Objects artefacts, Secrets secrets, Attempts attempts, Clock clock) {
        this.artefacts = artefacts;
        this.secrets = secrets;
        this.attempts = attempts;
        this.clock = clock;
    }

    /// @param loopback whether an address may also be one of this machine
    public List<ServiceSetUp> all(boolean loopback, HttpFactory http) {
        List<ServiceSetUp> services = new ArrayList<>();
        for (OpenAiProfile profile : OpenAiProfile.all()) {
            String address = Configuration.value(setting(profile), profile.baseUrl() == null ? "" : profile.baseUrl());
            services.add(
                    address.isEmpty()
                            ? new ServiceSetUp.Lacking(
                                    profile.id(), "its address is not configured; set " + setting(profile))
                            : new ServiceSetUp.Ready(service(profile, address, loopback, http)));
        }
        return services;
    }

    /// Makes the way out to some hosts.
    @FunctionalInterface
    public interface HttpFactory {
        ServiceHttp to(AllowedHosts hosts);
    }

    static String setting(OpenAiProfile profile) {
        return "TUNEDROP_" + profile.id().toUpperCase(Locale.ROOT).replace('-', '_') + "_URL";
    }

    private Provider service(OpenAiProfile profile, String address, boolean loopback, HttpFactory http) {
        AllowedHosts hosts = new AllowedHosts(profile.hosts(), loopback);
        URI base = hosts.check(address.endsWith("/") ? address : address + "/");
        OpenAiApi api = new OpenAiApi(profile, base, secret(profile.secret()), http.to(hosts));
        return new OpenAiProvider(profile, api, this::content, webhooks(profile), attempts, clock);
    }

    private @Nullable Webhooks webhooks(OpenAiProfile profile) {
        return profile.webhookSecret() == null ? null : new SignedWebhooks(secret(profile.webhookSecret()));
    }

    private Supplier<String> secret(String ofProfile) {
        String name = Configuration.value("TUNEDROP_SECRETS", "tunedrop/providers/") + ofProfile;
        return () -> secrets.find(name)
                .map(String::strip)
                .orElseThrow(() -> new SaysNo(
                        "credentials", "there is no secret \"" + name + "\"; keep the service's key under that name"));
    }

    private Supplier<InputStream> content(TrainingOrder.DataFile file) {
        if (file.sizeBytes() == 0) return () -> new ByteArrayInputStream(new byte[0]);
        return () -> {
            Head head = artefacts
                    .head(file.key())
                    .orElseThrow(() -> new IllegalStateException(artefacts.address(file.key()) + " is missing"));
            return artefacts.open(file.key(), "etag:" + head.etag(), 0, file.sizeBytes());
        };
    }
}
