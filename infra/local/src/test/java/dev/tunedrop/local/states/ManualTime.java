package dev.tunedrop.local.states;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A clock that a test moves by hand.
final class ManualTime implements Time {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<Alarm> alarms = new ArrayList<>();

    private record Alarm(Instant at, CompletableFuture<Void> rings) {}

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized CompletableFuture<Void> at(Instant at) {
        CompletableFuture<Void> rings = new CompletableFuture<>();
        if (at.isAfter(now)) alarms.add(new Alarm(at, rings));
        else rings.complete(null);
        notifyAll();
        return rings;
    }

    /// Waits until somebody sleeps until at most `within` from now.
    synchronized void awaitAlarmWithin(Duration within) throws InterruptedException {
        while (pending(within).isEmpty()) wait(20);
    }

    /// How long the next sleeper sleeps, among those who sleep less than an hour.
    synchronized Duration next() throws InterruptedException {
        while (true) {
            List<Alarm> soon = pending(Duration.ofHours(1));
            if (!soon.isEmpty()) return Duration.between(now, soon.getFirst().at());
            wait(20);
        }
    }

    void advance(Duration by) {
        List<Alarm> due;
        synchronized (this) {
            now = now.plus(by);
            due = pending(Duration.ZERO);
        }
        due.forEach(alarm -> alarm.rings().complete(null));
    }

    private List<Alarm> pending(Duration within) {
        alarms.removeIf(alarm -> alarm.rings().isDone());
        return alarms.stream()
                .filter(alarm -> !alarm.at().isAfter(now.plus(within)))
                .sorted(Comparator.comparing(Alarm::at))
                .toList();
    }
}
