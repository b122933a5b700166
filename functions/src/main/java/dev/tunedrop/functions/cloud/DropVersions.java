package dev.tunedrop.functions.cloud;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import dev.tunedrop.events.run.DropRef;

/// What lies in the drop bucket.
public interface DropVersions {

    /// Hands over every key's versions, newest first, a key at a time; a bucket may hold more than fits in memory.
    void each(Consumer<List<Version>> key);

    /// @param written by the bucket's clock
    /// @param latest whether reading the key reads this version: neither replaced nor deleted
    record Version(DropRef drop, Instant written, boolean latest) {}
}
