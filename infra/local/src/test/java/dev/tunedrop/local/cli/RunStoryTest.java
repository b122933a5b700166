package dev.tunedrop.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import dev.tunedrop.local.console.ExampleRuns;
import dev.tunedrop.local.console.RunView;

class RunStoryTest {

    private final ExampleRuns runs = new ExampleRuns();
    private final StringWriter out = new StringWriter();
    private final Screen screen = new Screen(new PrintWriter(out), false);

    @Test
    void aPublishedRunTellsVerdictQuoteDecisionLossesAndBothAnswers() {
        ShowCommand.print(run(ExampleRuns.PUBLISHED), screen, Instant.EPOCH, 5);
        assertThat(out.toString())
                .contains(
                        "retrained because the catalogue",
                        "Dataset: accepted",
                        "trained on 357 rows, held out 40",
                        "Decision: local/cpu",
                        "3.4120",
                        "0.6970")
                .contains("base       Thank you for your message.", "adapter    team: billing | priority: high")
                .contains("TrainOnBatch", "<- taken", "$0.11 ($0.08 to $0.21)");
    }

    @Test
    void theTakenRouteComesFirstAndTheRestIsCounted() {
        new RunStory(screen, 2).tell(run(ExampleRuns.PUBLISHED));
        assertThat(out.toString())
                .containsSubsequence(
                        "local/cpu", "<- taken", "batch/g6.xlarge/spot", "and 3 more (the console and `show --all`");
    }

    @Test
    void aRejectedRunNamesEachLineWithItsRuleAndRemedy() {
        new RunStory(screen, 5).tell(run(ExampleRuns.REJECTED));
        assertThat(out.toString())
                .contains("error   line 3:41 [json-syntax] The line is not valid JSON. Close the string")
                .contains("warning line 11 [row-truncated]")
                .contains("Correct the lines below and drop the file again.");
    }

    /// The documents of a run are read one after another while they are written.
    @Test
    void theHeldOutLossWaitsForTheTrainingThatItIsOf() {
        RunView run = run(ExampleRuns.PUBLISHED);
        RunView caught = new RunView(
                runs.run(ExampleRuns.TRAINING).orElseThrow().summary(),
                run.steps(),
                null,
                run.report(),
                run.quote(),
                run.decision(),
                null,
                null,
                run.heldOut(),
                run.evaluation(),
                null,
                null,
                null);
        RunStory story = new RunStory(screen, 5);
        story.tell(caught);
        assertThat(out.toString()).doesNotContain("Held-out loss", "passed:");
        story.tell(run);
        assertThat(out.toString()).containsSubsequence("Training", "Held-out loss", "passed:");
    }

    @Test
    void aChapterIsToldOnce() {
        RunStory story = new RunStory(screen, 5);
        story.tell(run(ExampleRuns.TRAINING));
        int length = out.toString().length();
        assertThat(length).isPositive();
        story.tell(run(ExampleRuns.TRAINING));
        assertThat(out.toString()).hasSize(length);
    }

    @Test
    void theEscapeSequencesOfADatasetDoNotReachTheTerminal() {
        screen.line("\u001b[2Jgone\u0007");
        assertThat(out.toString()).doesNotContain("\u001b").contains("gone");
    }

    @Test
    void progressShowsStepLossSpeedAndTimeLeft() {
        var last = runs.metrics(ExampleRuns.TRAINING, 0).getLast();
        assertThat(Follower.progressLine(last, ""))
                .startsWith("training [#######.............] step 47 of 120  loss 0.97");
        assertThat(Follower.progressLine(last, "  held out 0.9 (best 0.8)"))
                .contains("held out 0.9", "tokens/s", "1m 3s left");
    }

    private RunView run(String runId) {
        return runs.run(runId).orElseThrow();
    }
}
