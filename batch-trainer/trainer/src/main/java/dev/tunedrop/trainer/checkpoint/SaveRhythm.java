package dev.tunedrop.trainer.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// When a checkpoint is due. Asked between two steps; a save reads what a step left and changes none of it, so the
/// rhythm has no part in what a run learns.
public sealed interface SaveRhythm {

    /// @param step optimiser steps made
    boolean due(int step);

    /// A checkpoint was saved.
    void saved(Duration took);

    /// @param steps between checkpoints; absent: what loses the least time
    static SaveRhythm of(@Nullable Integer steps) {
        return steps == null ? new Balanced(Interruptions.read().meanBetween(), System::nanoTime) : new Counted(steps);
    }

    /// After every so many steps.
    record Counted(int steps) implements SaveRhythm {
        @Override
        public boolean due(int step) {
            return step % steps == 0;
        }

        @Override
        public void saved(Duration took) {
            // takes what it takes
        }
    }

    /// After the time T that makes what saving takes and what an interruption undoes the least together:
    ///
    /// ```
    /// T = √(2 C M)     C: one save, M: mean time between interruptions; C / T + T / (2 M) is then least
    /// ```
    /// held between 20 C (so that saving takes 5 % at most) and [#LONGEST]. A checkpoint is due at the step's end
    /// nearest to T. C is the last save's time; before the first one, [#FIRST_GUESS].
    ///
    /// J. W. Young: A first order approximation to the optimum checkpoint interval, CACM 17(9), 1974; refined by
    /// J. T. Daly, FGCS 22(3), 2006, in terms that vanish for C far below M.
    final class Balanced implements SaveRhythm {
        static final Duration LONGEST = Duration.ofMinutes(30);
        static final Duration FIRST_GUESS = Duration.ofSeconds(1);
        private static final int LEAST_COSTS = 20;

        private final Duration meanBetweenInterruptions;
        private final LongSupplier nanos;
        private long interval;
        private long lastSaved;
        private long lastAsked;

        /// @param nanos a clock that never goes back, such as [System#nanoTime()]
        Balanced(Duration meanBetweenInterruptions, LongSupplier nanos) {
            this.meanBetweenInterruptions = meanBetweenInterruptions;
            this.nanos = nanos;
            interval = interval(FIRST_GUESS, meanBetweenInterruptions).toNanos();
            lastSaved = nanos.getAsLong();
            lastAsked = lastSaved;
        }

        static Duration interval(Duration cost, Duration meanBetweenInterruptions) {
            double seconds = Math.sqrt(2 * seconds(cost) * seconds(meanBetweenInterruptions));
            double least = Math.min(LEAST_COSTS * seconds(cost), seconds(LONGEST));
            return Duration.ofNanos(Math.round(1e9 * Math.clamp(seconds, least, seconds(LONGEST))));
        }

        private static double seconds(Duration time) {
            return time.toNanos() / 1e9;
        }

        @Override
        public boolean due(int step) {
            long now = nanos.getAsLong();
            long nextStep = now - lastAsked;
            lastAsked = now;
            return now - lastSaved + nextStep / 2 >= interval;
        }

        @Override
        public void saved(Duration took) {
            interval = interval(took, meanBetweenInterruptions).toNanos();
            lastSaved = nanos.getAsLong();
            lastAsked = lastSaved;
        }
    }

    /// `interruptions.json`: how often a machine is taken away, with its date and sources.
    record Interruptions(LocalDate asOf, double meanHoursBetween, List<String> sources) {

        static Interruptions read() {
            try (InputStream in = Objects.requireNonNull(SaveRhythm.class.getResourceAsStream("interruptions.json"))) {
                return Json.read(in.readAllBytes(), Interruptions.class, "interruptions.json");
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read interruptions.json", e);
            }
        }

        Duration meanBetween() {
            return Duration.ofSeconds(Math.round(3600 * meanHoursBetween));
        }
    }
}
