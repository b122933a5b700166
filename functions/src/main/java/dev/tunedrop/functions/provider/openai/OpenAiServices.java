package dev.tunedrop.functions.provider.openai;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.provider.Means;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.ServiceSetUp;
import dev.tunedrop.functions.provider.Webhooks;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.HttpFactory;

/// Every service of `profiles.json`. Its address is the profile's own, or the one that the setting
/// `TUNEDROP_<ID>_URL` names (`TUNEDROP_AZURE_URL`).
public final class OpenAiServices {

    private final Means means;

    public OpenAiServices(Means means) {
        this.means = means;
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

    static String setting(OpenAiProfile profile) {
        return "TUNEDROP_" + profile.id().toUpperCase(Locale.ROOT).replace('-', '_') + "_URL";
    }

    private Provider service(OpenAiProfile profile, String address, boolean loopback, HttpFactory http) {
        AllowedHosts hosts = new AllowedHosts(profile.hosts(), loopback);
        URI base = hosts.check(address.endsWith("/") ? address : address + "/");
        OpenAiApi api = new OpenAiApi(profile, base, means.secret(profile.secret()), http.to(hosts));
        return new OpenAiProvider(profile, api, means::content, webhooks(profile), means.attempts(), means.clock());
    }

    private @Nullable Webhooks webhooks(OpenAiProfile profile) {
        return profile.webhookSecret() == null ? null : new SignedWebhooks(means.secret(profile.webhookSecret()));
    }
}
