package dev.tunedrop.functions.cloud;

import dev.tunedrop.events.TunedropEvent;

/// Where events are announced.
public interface Bus {
    void publish(TunedropEvent event);
}
