package dev.tunedrop.endpoint.http;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.endpoint.api.AdapterRequest;
import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.endpoint.generate.ServedAdapter;
import dev.tunedrop.endpoint.generate.Service;
import dev.tunedrop.endpoint.generate.UnusableAdapter;

/// Adapters come and go while the base serves.
final class AdapterHandler {

    private static final Logger LOG = LoggerFactory.getLogger(AdapterHandler.class);

    static final String PATH = "/adapters";

    /// The reply to `GET /adapters`.
    record Listing(String base, List<ServedAdapter> adapters) {
        Listing {
            adapters = List.copyOf(adapters);
        }
    }

    private record Gone(String name, boolean deleted) {}

    void list(Call call, Service serving) throws IOException {
        call.reply(200, new Listing(serving.base(), serving.adapters()));
    }

    /// A media type that a web page cannot send across origins without asking first is demanded, because this reads
    /// from the disk.
    void load(Call call, Service serving) throws IOException {
        call.requireJson();
        AdapterRequest request = AdapterRequest.read(call.body());
        Service.Loaded loaded;
        try {
            loaded = serving.load(request.name(), request.source());
        } catch (UnusableAdapter e) {
            throw ApiError.invalid("src", "unusable_adapter", String.valueOf(e.getMessage()));
        }
        int status = switch (loaded) {
            case ADDED -> 201;
            case ALREADY_THERE -> 200;
            case NAME_TAKEN ->
                throw ApiError.conflict(
                        "that name is taken by another model; choose another, or DELETE the adapter first");
        };
        LOG.info("serving adapter {} from {}", request.name(), request.source());
        call.reply(
                status,
                serving.adapters().stream()
                        .filter(each -> each.name().equals(request.name()))
                        .findFirst()
                        .orElseThrow(() -> ApiError.conflict("the adapter was deleted while it was being loaded")));
    }

    void unload(Call call, Service serving) throws IOException {
        String name = URLDecoder.decode(call.path().substring(PATH.length() + 1), StandardCharsets.UTF_8);
        if (!serving.unload(name))
            throw ApiError.notFound(
                    "name", "adapter_not_found", "no adapter is served under that name; GET /adapters lists them");
        LOG.info("adapter {} is no longer served", name);
        call.reply(200, new Gone(name, true));
    }
}
