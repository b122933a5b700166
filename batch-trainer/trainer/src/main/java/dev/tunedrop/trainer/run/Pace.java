package dev.tunedrop.trainer.run;

import java.util.ArrayDeque;
import java.util.Deque;

/// Speed over the last steps, so that a slow start or a pause soon leaves the figures.
final class Pace {

    private static final int WINDOW = 20;

    private final Deque<Lap> laps = new ArrayDeque<>();

    private record Lap(long tokens, double seconds) {}

    void add(long tokens, double seconds) {
        laps.addLast(new Lap(tokens, seconds));
        if (laps.size() > WINDOW) laps.removeFirst();
    }

    double tokensPerSecond() {
        return laps.stream().mapToLong(Lap::tokens).sum() / Math.max(seconds(), 1e-9);
    }

    double secondsPerStep() {
        return seconds() / laps.size();
    }

    private double seconds() {
        return laps.stream().mapToDouble(Lap::seconds).sum();
    }
}
