package dev.tunedrop.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.run.StepMetrics;

class StepFiguresTest {

    private final List<Map<Metric, ? extends Number>> reports = new ArrayList<>();
    private final List<Map<String, String>> abouts = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final StepFigures figures = new StepFigures(
            (about, values) -> {
                abouts.add(about);
                reports.add(values);
            },
            "r",
            nanos::get);

    private void step(int number, @Nullable Double heldOut) {
        figures.stepped(new StepMetrics(number, 100, 1, 2.5, 0.1, 1, 10, 10, 1000, 1, 1, 1, null, heldOut));
    }

    @Test
    void aLongTrainingReportsOnceInTenSecondsNotOnceAStep() {
        for (int i = 1; i < 100; i++) {
            step(i, null);
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        assertThat(reports).hasSize(10);
    }

    @Test
    void eachFigureIsTheStepsOwnAndIsAboutTheRun() {
        step(1, 1.5);
        assertThat(reports)
                .containsExactly(Map.of(Metric.TOKENS_PER_SECOND, 1000.0, Metric.LOSS, 2.5, Metric.HELD_OUT_LOSS, 1.5));
        assertThat(abouts).containsExactly(Map.of("runId", "r"));
    }

    /// The clock's zero is anywhere.
    @Test
    void theFirstStepOfATrainingThatWasContinuedIsReportedWhateverTheClockSays() {
        nanos.set(-Duration.ofDays(1).toNanos());
        step(57, null);
        step(58, null);
        assertThat(reports).hasSize(1);
    }

    @Test
    void theFirstTheLastAndEveryLookAtTheHeldOutRowsIsReported() {
        step(1, null);
        step(2, null);
        step(3, 1.5);
        step(100, null);
        assertThat(reports).hasSize(3);
        assertThat(reports.get(1).get(Metric.HELD_OUT_LOSS)).isEqualTo(1.5);
        assertThat(reports.get(2)).doesNotContainKey(Metric.HELD_OUT_LOSS);
    }
}
