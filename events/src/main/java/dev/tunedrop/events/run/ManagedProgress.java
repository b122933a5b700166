package dev.tunedrop.events.run;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// Where a job at a managed service stood when it was last looked at.
///
/// @param said the service's own word for the state
/// @param step steps done; it and what follows are absent where the service tells none
/// @param steps steps there will be
/// @param loss of the newest step
public record ManagedProgress(
        String runId,
        String provider,
        String jobId,
        String said,
        @Nullable Long step,
        @Nullable Long steps,
        @Nullable Double loss,
        Instant at) {}
