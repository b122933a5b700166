package dev.tunedrop.local.states.scenario;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import dev.tunedrop.local.states.Time;

/// A clock that jumps over every sleep, and over the wait for an answer where the script says that none comes. Nothing
/// else moves it, so nothing is late by chance.
final class SkippingTime implements Time {

    private static final int NEVER = -1;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int waitsBeforeSilence = NEVER;

    /// An answer will not come.
    ///
    /// @param waits how many waits end with an answer before the one that does not
    synchronized void silenceAfter(int waits) {
        waitsBeforeSilence = waits;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized CompletableFuture<Void> at(Instant at) {
        if (waitsBeforeSilence == NEVER) return new CompletableFuture<>();
        if (waitsBeforeSilence-- > 0) return new CompletableFuture<>();
        now = at;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void sleepUntil(Instant at) {
        if (at.isAfter(now)) now = at;
    }
}
