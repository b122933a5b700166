package dev.tunedrop.local.load;

import java.time.Duration;
import java.util.Collection;

/// How long something took, of many times.
///
/// @param p99 what the slowest of a hundred took
record Latencies(int count, Duration median, Duration p99, Duration most) {

    static Latencies of(Collection<Duration> times) {
        var sorted = times.stream().sorted().toList();
        return new Latencies(
                sorted.size(),
                sorted.get(sorted.size() / 2),
                sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(sorted.size() * 0.99) - 1)),
                sorted.getLast());
    }
}
