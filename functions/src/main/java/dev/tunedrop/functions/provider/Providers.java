package dev.tunedrop.functions.provider;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The services this installation can order from, by their ids, and what the others lack.
public final class Providers {

    private final Map<String, Provider> byId = new HashMap<>();
    private final Map<String, String> lacking = new HashMap<>();

    public Providers(Collection<? extends ServiceSetUp> services) {
        for (ServiceSetUp service : services) {
            boolean second = switch (service) {
                case ServiceSetUp.Ready(Provider provider) -> byId.putIfAbsent(provider.id(), provider) != null;
                case ServiceSetUp.Lacking(String id, String what) -> lacking.putIfAbsent(id, what) != null;
            };
            if (second) throw new IllegalArgumentException("two services are called " + service.id());
        }
    }

    public Optional<Provider> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /// A service that a job was given to before.
    public Provider of(String id) {
        return find(id).orElseThrow(() ->
                new IllegalStateException("the provider \"" + id + "\" is not set up here any more; set it up again"));
    }

    /// What is missing before the service can be ordered from, as a clause; empty when nothing is.
    public Optional<String> lacking(String id) {
        if (byId.containsKey(id)) return Optional.empty();
        return Optional.of(lacking.getOrDefault(id, "this version has no client of it"));
    }
}
