package dev.tunedrop.local.states;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// What the interpreter knows of time: what it is now, and a call when it is later. Tests bring their own.
public interface Time {

    Instant now();

    /// Completes when `now` has reached `at`; cancelling it forgets the call.
    CompletableFuture<Void> at(Instant at);

    default void sleepUntil(Instant at) throws InterruptedException {
        CompletableFuture<Void> alarm = at(at);
        try {
            alarm.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an alarm cannot fail", e);
        } finally {
            alarm.cancel(false);
        }
    }

    /// The machine's clock.
    static Time system() {
        return SystemTime.INSTANCE;
    }
}
