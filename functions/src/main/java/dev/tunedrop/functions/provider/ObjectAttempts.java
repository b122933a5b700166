package dev.tunedrop.functions.provider;

import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.cloud.Objects;

/// Attempts as documents of the artefact bucket.
public final class ObjectAttempts implements Attempts {

    private static final String FOLDER = "managed/attempts/";

    private final Objects artefacts;

    public ObjectAttempts(Objects artefacts) {
        this.artefacts = artefacts;
    }

    /// @param sentAt absent: the last one has certainly changed nothing
    private record Attempt(@Nullable Instant sentAt) {}

    @Override
    public Optional<Instant> last(String orderKey) {
        return artefacts.findJson(key(orderKey), Attempt.class).map(Attempt::sentAt);
    }

    @Override
    public void sending(String orderKey, Instant at) {
        artefacts.putJson(key(orderKey), new Attempt(at));
    }

    @Override
    public void clear(String orderKey) {
        artefacts.putJson(key(orderKey), new Attempt(null));
    }

    /// Whether a create of any of a run's orders may have made a job that nobody knows of.
    ///
    /// @param runId what the order's key starts with
    public boolean outstanding(String runId) {
        return artefacts.list(FOLDER + runId + "-").stream()
                .map(key -> artefacts.json(key, Attempt.class))
                .anyMatch(attempt -> attempt.sentAt() != null);
    }

    private static String key(String orderKey) {
        return FOLDER + orderKey + ".json";
    }
}
