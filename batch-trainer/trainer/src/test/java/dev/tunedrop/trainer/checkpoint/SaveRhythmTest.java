package dev.tunedrop.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.tunedrop.trainer.checkpoint.SaveRhythm.Balanced;
import dev.tunedrop.trainer.checkpoint.SaveRhythm.Interruptions;

class SaveRhythmTest {

    private static final Duration DAY = Duration.ofDays(1);

    private long nanos;

    @Test
    void countedStepsAreCountedFromTheRunsFirst() {
        SaveRhythm rhythm = SaveRhythm.of(7);
        assertThat(IntStream.rangeClosed(1, 30).filter(rhythm::due)).containsExactly(7, 14, 21, 28);
    }

    @Test
    void noOtherIntervalLosesLessTime() {
        Duration cost = Duration.ofSeconds(1);
        Duration best = Balanced.interval(cost, DAY);
        assertThat(best.toSeconds()).isEqualTo(415); // √(2 · 1 · 86400)
        double seconds = best.toNanos() / 1e9;
        for (double other : new double[] {0.5, 0.9, 1.1, 2})
            assertThat(lostShare(cost, other * seconds)).isGreaterThan(lostShare(cost, seconds));
    }

    private static double lostShare(Duration cost, double interval) {
        return cost.toSeconds() / interval + interval / 2 / DAY.toSeconds();
    }

    @Test
    void savingTakesATwentiethAtMostAndNeverWaitsLongerThanHalfAnHour() {
        assertThat(Balanced.interval(Duration.ofSeconds(30), Duration.ofMinutes(5)))
                .hasSeconds(600);
        assertThat(Balanced.interval(Duration.ofSeconds(60), DAY)).isEqualTo(Balanced.LONGEST);
        assertThat(Balanced.interval(Duration.ofMinutes(10), DAY)).isEqualTo(Balanced.LONGEST);
        assertThat(Balanced.interval(Duration.ZERO, DAY)).isZero();
    }

    @Test
    void aCheckpointIsDueAtTheStepNearestToTheIntervalAndTheLastSavesTimeSetsTheNext() {
        Balanced rhythm = new Balanced(DAY, () -> nanos);
        assertThat(savedAt(rhythm, 20, Duration.ofSeconds(100), Duration.ofSeconds(4)))
                .containsExactly(4, 12, 20); // after 415 s, then after √(2 · 4 · 86400) = 831 s
    }

    private List<Integer> savedAt(Balanced rhythm, int steps, Duration step, Duration save) {
        List<Integer> saved = new ArrayList<>();
        for (int made = 1; made <= steps; made++) {
            nanos += step.toNanos();
            if (!rhythm.due(made)) continue;
            saved.add(made);
            nanos += save.toNanos();
            rhythm.saved(save);
        }
        return saved;
    }

    @Test
    void theMeanTimeBetweenInterruptionsHasADateAndASource() {
        Interruptions told = Interruptions.read();
        assertThat(told.meanBetween()).isEqualTo(Duration.ofHours(24));
        assertThat(told.asOf()).hasYear(2026);
        assertThat(told.sources()).isNotEmpty();
    }
}
