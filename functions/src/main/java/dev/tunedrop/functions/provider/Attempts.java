package dev.tunedrop.functions.provider;

import java.time.Instant;
import java.util.Optional;

/// When a create was last sent for an order whose answer is not known. Durable: the next call may be made by another
/// process.
public interface Attempts {

    Optional<Instant> last(String orderKey);

    /// Written before the create is sent.
    void sending(String orderKey, Instant at);

    /// The create has certainly changed nothing.
    void clear(String orderKey);
}
