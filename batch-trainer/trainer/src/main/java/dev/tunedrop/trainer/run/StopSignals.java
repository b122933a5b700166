package dev.tunedrop.trainer.run;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/// Reasons to stop between two steps: a request (SIGTERM, Ctrl-C) or a wall of time or money.
public final class StopSignals {

    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);

    private final AtomicBoolean requested = new AtomicBoolean();
    private volatile @Nullable Wall wall;

    /// @param sentence how the run tells that it ended there
    private record Wall(Duration time, String sentence) {}

    /// Sets a wall on the time spent in steps and looks, over all attempts.
    public void wall(Duration time) {
        wall(time, "after %,d s".formatted(time.toSeconds()));
    }

    /// The same in money; of several walls the first counts.
    ///
    /// @param usdPerHour what the machine costs; one that costs nothing has no wall
    public void wall(BigDecimal usd, BigDecimal usdPerHour) {
        if (usdPerHour.signum() <= 0) return;
        BigDecimal seconds = usd.multiply(SECONDS_PER_HOUR).divide(usdPerHour, 3, RoundingMode.DOWN);
        Duration time = Duration.ofMillis(seconds.movePointRight(3).longValue());
        wall(
                time,
                "after %,d s, which is %s USD at %s USD an hour"
                        .formatted(time.toSeconds(), usd.toPlainString(), usdPerHour.toPlainString()));
    }

    private synchronized void wall(Duration time, String sentence) {
        Wall now = wall;
        if (now == null || time.compareTo(now.time) < 0) wall = new Wall(time, sentence);
    }

    /// What the wall is, for the result.
    public String wallSentence() {
        Wall now = wall;
        return now == null ? "" : now.sentence;
    }

    /// May be called from any thread.
    public void request() {
        requested.set(true);
    }

    Optional<Ending> now(double trainSeconds) {
        if (requested.get()) return Optional.of(Ending.INTERRUPTED);
        Wall limit = wall;
        if (limit != null && trainSeconds >= limit.time.toMillis() / 1000.0) return Optional.of(Ending.STOPPED_AT_WALL);
        return Optional.empty();
    }
}
