package dev.tunedrop.functions.provider;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The services this installation can order from, by their ids.
public final class Providers {

    private final Map<String, Provider> byId;

    public Providers(Collection<? extends Provider> providers) {
        this.byId = providers.stream().collect(Collectors.toUnmodifiableMap(Provider::id, Function.identity()));
    }

    public Optional<Provider> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /// A service that a job was given to before.
    public Provider of(String id) {
        return find(id).orElseThrow(() ->
                new IllegalStateException("the provider \"" + id + "\" is not set up here any more; set it up again"));
    }
}
