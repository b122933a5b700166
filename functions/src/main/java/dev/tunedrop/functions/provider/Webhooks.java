package dev.tunedrop.functions.provider;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Reads what a service sends of its own accord. A delivery only says that a job may be looked at; what became of it is
/// read from the job, so one that is late, double or out of order says nothing wrong.
public interface Webhooks {

    /// @param id of the delivery: a second one with the same id says nothing new
    /// @param jobId the job to be looked at; empty when it is about something else
    record News(String id, String jobId) {}

    /// What a delivery says; empty when it is forged, too old or from the future.
    ///
    /// @param headers by their names in lower case
    /// @param body as it came over the wire
    Optional<News> read(Map<String, String> headers, byte[] body, Instant now);
}
