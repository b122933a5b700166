package dev.tunedrop.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.run.RunSettings.Schedule;

/// The schedules of transformers (`optimization.py`, `get_scheduler`), whose step 0 has the rate 0 where there is a
/// warm-up. Ours leave that step out: step i here is step i + 1 of theirs with one step more in all and in the warm-up.
class SchedulesTest {

    private static double theirs(Schedule schedule, int step, int warmup, int steps) {
        if (schedule == Schedule.CONSTANT) return step < warmup ? step / Math.max(1.0, warmup) : 1;
        if (step < warmup) return step / (double) Math.max(1, warmup);
        return switch (schedule) {
            case LINEAR -> Math.max(0, (steps - step) / (double) Math.max(1, steps - warmup));
            case COSINE -> {
                double progress = (step - warmup) / (double) Math.max(1, steps - warmup);
                yield Math.max(0, 0.5 * (1 + Math.cos(Math.PI * 0.5 * 2.0 * progress)));
            }
            case CONSTANT -> 1;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "COSINE, 100, 0.1", "COSINE, 100, 0", "COSINE, 7, 0.5", "COSINE, 1, 0",
        "LINEAR, 100, 0.1", "LINEAR, 100, 0", "LINEAR, 7, 0.5", "LINEAR, 1, 0.9",
        "CONSTANT, 100, 0.1", "CONSTANT, 100, 0", "CONSTANT, 7, 0.5"
    })
    void theRatesAreThoseOfTransformersWithoutTheStepThatMovesNothing(Schedule schedule, int steps, double share) {
        double peak = 3e-4;
        Tracker ours = Schedules.of(schedule, peak, steps, share);
        int warmup = (int) (share * steps);
        for (int i = 0; i < steps; i++)
            assertThat((double) ours.getNewValue(i))
                    .as("step %d", i)
                    .isCloseTo(peak * theirs(schedule, i + 1, warmup + 1, steps + 1), within(1e-10));
    }

    @ParameterizedTest
    @CsvSource({
        // torch, get_cosine_schedule_with_warmup(optimizer, 3, 11): steps 1, 2, 3, 7, 10 of a peak of 1
        "COSINE, 0, 0.33333333",
        "COSINE, 1, 0.66666667",
        "COSINE, 2, 1",
        "COSINE, 6, 0.5",
        "COSINE, 9, 0.03806023",
        // get_linear_schedule_with_warmup(optimizer, 3, 11)
        "LINEAR, 0, 0.33333333",
        "LINEAR, 2, 1",
        "LINEAR, 6, 0.5",
        "LINEAR, 9, 0.125",
    })
    void someRatesByHand(Schedule schedule, int step, double rate) {
        assertThat((double) Schedules.of(schedule, 1, 10, 0.2).getNewValue(step))
                .isCloseTo(rate, within(1e-6));
    }
}
