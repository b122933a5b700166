package dev.tunedrop.trainer.run;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/// Reasons to stop between two steps: a request (SIGTERM, Ctrl-C) or a wall of time.
public final class StopSignals {

    private final AtomicBoolean requested = new AtomicBoolean();
    private volatile @Nullable Duration wall;

    /// Sets a wall on the time spent in steps, over all attempts.
    public void wall(Duration time) {
        wall = time;
    }

    /// May be called from any thread.
    public void request() {
        requested.set(true);
    }

    Optional<Ending> now(double trainSeconds) {
        if (requested.get()) return Optional.of(Ending.INTERRUPTED);
        Duration limit = wall;
        if (limit != null && trainSeconds >= limit.toMillis() / 1000.0) return Optional.of(Ending.STOPPED_AT_WALL);
        return Optional.empty();
    }
}
