package dev.tunedrop.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.ManagedProgress;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.local.console.ExampleRuns;
import dev.tunedrop.local.console.Figure;
import dev.tunedrop.local.console.RunSummary;
import dev.tunedrop.local.console.RunView;
import dev.tunedrop.local.console.RunViews;

class FollowerTest {

    private final ExampleRuns examples = new ExampleRuns();
    private final StringWriter out = new StringWriter();
    private final Deque<Optional<RunView>> looks = new ArrayDeque<>();

    @Test
    void aRunIsToldFromVerdictToPublicationAsItGoes() {
        looks.add(Optional.empty());
        looks.add(examples.run(ExampleRuns.TRAINING));
        looks.add(examples.run(ExampleRuns.TRAINING));
        looks.add(examples.run(ExampleRuns.PUBLISHED));

        RunView end = follow(Duration.ofHours(1));

        assertThat(end.summary().state()).isEqualTo(RunState.PUBLISHED);
        assertThat(out.toString())
                .containsSubsequence(
                        "Dataset: accepted",
                        "Quote",
                        "Decision: local/cpu",
                        "Held-out loss",
                        "Published behind",
                        "PUBLISHED")
                .containsOnlyOnce("Dataset: accepted");
        assertThat(looks).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    30, 120, 0.7512, 'openai says running, step 30 of 120  loss 0.7512'
                    30, -, -, 'openai says running, step 30'
                    -, -, -, 'openai says running'
                    """)
    void aServicesJobIsToldAsFarAsTheServiceTellsIt(Long step, Long steps, Double loss, String told) {
        assertThat(Follower.progressLine(
                        new ManagedProgress("r", "openai", "ftjob-1", "running", step, steps, loss, Instant.EPOCH)))
                .isEqualTo(told);
    }

    @Test
    void aRunThatNeverBeginsIsGivenUpWithWhereToLook() {
        assertThatThrownBy(() -> follow(Duration.ZERO))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("no run began");
    }

    @Test
    void whoeverLeavesIsToldThatTheRunGoesOnAndWhoeverStaysIsNot() {
        Screen screen = new Screen(new PrintWriter(out), false);
        try (Leaving leaving = Leaving.onCtrlC(screen, "orders-1")) {
            assertThat(out.toString()).isEmpty();
            leaving.told();
        }
        assertThat(out.toString()).contains("The run goes on in the cloud. Look at it with: tunedrop show orders-1");
    }

    @Test
    void aRejectedRunEndsWithItsFindings() {
        looks.add(examples.run(ExampleRuns.REJECTED));
        assertThat(follow(Duration.ZERO).summary().state()).isEqualTo(RunState.REJECTED);
        assertThat(out.toString()).contains("line 3:41", "REJECTED");
    }

    @ParameterizedTest
    @CsvSource({"PUBLISHED, 0", "QUOTED, 0", "REJECTED, 1", "FAILED, 1", "SUPERSEDED, 1"})
    void theExitCodeSaysWhetherTheRunEndedAsWished(RunState state, int code) {
        assertThat(Follower.exitCode(state)).isEqualTo(code);
    }

    private RunView follow(Duration patience) {
        RunViews script = new RunViews() {
            @Override
            public List<RunSummary> runs() {
                return examples.runs();
            }

            @Override
            public Optional<RunView> run(String runId) {
                return looks.isEmpty() ? Optional.empty() : looks.removeFirst();
            }

            @Override
            public List<StepMetrics> metrics(String runId, int afterStep) {
                return examples.metrics(runId, afterStep);
            }

            @Override
            public List<Figure> figures() {
                return examples.figures();
            }

            @Override
            public Optional<String> reportPage(String runId) {
                return examples.reportPage(runId);
            }
        };
        return new Follower(script, new Screen(new PrintWriter(out), false), Duration.ZERO)
                .follow(ExampleRuns.TRAINING, patience);
    }
}
