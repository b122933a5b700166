package dev.tunedrop.functions.cloud.memory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.tunedrop.events.TunedropEvent;
import dev.tunedrop.functions.cloud.Bus;

/// Keeps what was announced, in order.
public final class MemoryBus implements Bus {

    private final List<TunedropEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void publish(TunedropEvent event) {
        events.add(event);
    }

    public List<TunedropEvent> events() {
        return List.copyOf(events);
    }
}
