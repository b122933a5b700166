package dev.tunedrop.functions.provider;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

public final class MemoryAttempts implements Attempts {

    private final Map<String, Instant> sent = new HashMap<>();

    @Override
    public Optional<Instant> last(String orderKey) {
        return Optional.ofNullable(sent.get(orderKey));
    }

    @Override
    public void sending(String orderKey, Instant at) {
        sent.put(orderKey, at);
    }

    @Override
    public void clear(String orderKey) {
        sent.remove(orderKey);
    }
}
