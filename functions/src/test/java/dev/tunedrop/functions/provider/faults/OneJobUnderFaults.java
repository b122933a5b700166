package dev.tunedrop.functions.provider.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;

/// What every provider promises, whatever its service does: one job for an order, or none and an answer that
/// says why. A service's own test extends this and says how its fake is set up.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OneJobUnderFaults {

    public static final Duration PATIENCE = Duration.ofMillis(500);

    private static final int TRIES = 30;
    private static final int FOR_EVER = Integer.MAX_VALUE;
    private static final int TRIALS = 200;

    /// A fake service and a provider that speaks to it, with a clock that moves only when it is told to.
    public interface Bench extends AutoCloseable {
        FaultyService service();

        /// The operations of a submit: the one that finds a job first, the create last.
        List<String> operations();

        Provider provider();

        TrainingOrder order(String key);

        /// How many jobs were made.
        int jobs();

        boolean has(String jobId);

        /// What the provider has asked that the service's schema does not allow.
        List<String> complaints();

        void pass(Duration time);

        @Override
        void close();
    }

    protected abstract Bench bench();

    /// Whether the service means for good what the fault says.
    protected boolean permanent(Fault fault) {
        return fault.permanent();
    }

    /// The job that the service made.
    protected static String submit(Bench bench, TrainingOrder order) {
        return ((Submission.Accepted) bench.provider().submit(order)).jobId();
    }

    /// As the workflow does: tries again, with waits in between, while the failure may pass.
    protected static @Nullable Submission patient(Bench bench, TrainingOrder order) {
        for (int i = 0; i < TRIES; i++) {
            try {
                return bench.provider().submit(order);
            } catch (TransientFailure later) {
                bench.pass(Duration.ofSeconds(15));
            }
        }
        return null;
    }

    private List<String> operations() {
        try (Bench bench = bench()) {
            return bench.operations();
        }
    }

    Stream<Arguments> everyFaultEverywhere() {
        List<Arguments> cases = new ArrayList<>();
        List<String> operations = operations();
        for (Fault fault : Fault.values())
            for (String operation : operations)
                for (int times : new int[] {1, 3, FOR_EVER}) {
                    boolean create = operation.equals(operations.getLast());
                    boolean slow = fault == Fault.SILENCE && (times == FOR_EVER || (times == 3 && !create));
                    if (!slow) cases.add(Arguments.of(fault, operation, times));
                }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("everyFaultEverywhere")
    void noFaultMakesTwoJobsOrLosesOne(Fault fault, String operation, int times) {
        try (Bench bench = bench()) {
            bench.service().misbehave(operation, fault, times);
            Submission answer = patient(bench, bench.order("run-1"));
            boolean createMayHaveWorked =
                    operation.equals(bench.operations().getLast()) && fault.work() == Fault.Work.DONE;
            if (answer instanceof Submission.Accepted accepted) {
                assertThat(bench.jobs()).isEqualTo(1);
                assertThat(bench.has(accepted.jobId())).isTrue();
            } else if (answer instanceof Submission.Refused refused) {
                assertThat(bench.jobs()).isZero();
                assertThat(permanent(fault)).as(refused.reason()).isTrue();
                assertThat(refused.code()).isNotEmpty();
            } else {
                assertThat(times).isEqualTo(FOR_EVER);
                assertThat(permanent(fault)).isFalse();
                assertThat(createMayHaveWorked).isFalse();
                assertThat(bench.jobs()).isZero();
            }
            if (permanent(fault)) assertThat(answer).isInstanceOf(Submission.Refused.class);
            assertThat(bench.complaints()).isEmpty();
            bench.service().behave();
            if (answer == null)
                assertThat(patient(bench, bench.order("run-1"))).isInstanceOf(Submission.Accepted.class);
        }
    }

    @Test
    void ofTwoHundredCreatesWhoseAnswersAreLostEachMakesExactlyOneJob() {
        Fault[] lost = {
            Fault.DROPPED_BEFORE,
            Fault.DROPPED_AFTER,
            Fault.HALF_ANSWER,
            Fault.EMPTY_200,
            Fault.SERVER_ERROR_500,
            Fault.BAD_GATEWAY_502,
            Fault.UNAVAILABLE_503,
            Fault.TIMEOUT_408
        };
        Random random = new Random(7);
        try (Bench bench = bench()) {
            for (int trial = 0; trial < TRIALS; trial++) {
                bench.service()
                        .misbehave(
                                bench.operations().getLast(), lost[random.nextInt(lost.length)], 1 + random.nextInt(2));
                if (random.nextBoolean())
                    bench.service().misbehave(bench.operations().getFirst(), lost[random.nextInt(lost.length)], 1);
                assertThat(patient(bench, bench.order("run-" + trial))).isInstanceOf(Submission.Accepted.class);
                assertThat(bench.jobs()).as("trial %s", trial).isEqualTo(trial + 1);
            }
        }
    }

    @Test
    void theSecondSubmitOfAnOrderFindsTheFirstOnesJob() {
        try (Bench bench = bench()) {
            Submission first = bench.provider().submit(bench.order("run-1"));
            Submission second = bench.provider().submit(bench.order("run-1"));
            assertThat(second).isEqualTo(new Submission.Accepted(((Submission.Accepted) first).jobId(), true));
            bench.provider().submit(bench.order("run-2"));
            assertThat(bench.jobs()).isEqualTo(2);
            assertThat(bench.complaints()).isEmpty();
        }
    }
}
