package dev.tunedrop.local.console.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;

import dev.tunedrop.local.console.WorkflowStep;
import dev.tunedrop.local.console.WorkflowStep.Status;

class HistoryReaderTest {

    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final List<HistoryEvent> events = new ArrayList<>();

    @Test
    void aStateInHandHasNoEnd() {
        enter("Task", "PlanChunks");
        leave("Task", "PlanChunks");
        enter("Task", "TrainOnBatch");

        assertThat(steps()).extracting(WorkflowStep::name).containsExactly("PlanChunks", "TrainOnBatch");
        assertThat(steps()).extracting(WorkflowStep::status).containsExactly(Status.DONE, Status.RUNNING);
        assertThat(steps().getFirst().took(START)).isEqualTo(Duration.ofSeconds(1));
        assertThat(steps().getLast().exitedAt()).isNull();
    }

    @Test
    void choicesAndPassesAreNotShown() {
        enter("Pass", "Begin");
        leave("Pass", "Begin");
        enter("Choice", "Accepted");
        leave("Choice", "Accepted");
        enter("Task", "QuoteRoutes");

        assertThat(steps()).extracting(WorkflowStep::name).containsExactly("QuoteRoutes");
    }

    @Test
    void aRetryThatSucceedsIsTwoTasksAndNoError() {
        enter("Task", "PublishAdapter");
        add("TaskScheduled", event -> {});
        add(
                "TaskFailed",
                event -> event.taskFailedEventDetails(d -> d.error("dev.tunedrop.functions.TransientFailure")
                        .cause("{\"errorMessage\":\"the endpoint says \\\"busy\\\"\"}")));
        assertThat(steps().getFirst().error()).isEqualTo("TransientFailure: the endpoint says \"busy\"");
        add("TaskScheduled", event -> {});
        add("TaskSucceeded", event -> {});
        leave("Task", "PublishAdapter");

        assertThat(steps().getFirst().tasks()).isEqualTo(2);
        assertThat(steps().getFirst().status()).isEqualTo(Status.DONE);
        assertThat(steps().getFirst().error()).isNull();
    }

    @Test
    void aCaughtFailureIsFailedAlthoughItsStateWasLeft() {
        enter("Task", "TrainOnBatch");
        add("TaskScheduled", event -> {});
        add(
                "TaskFailed",
                event -> event.taskFailedEventDetails(
                        d -> d.error("States.TaskFailed").cause("exit code 1")));
        leave("Task", "TrainOnBatch");
        enter("Task", "RecordFailure");

        assertThat(steps()).extracting(WorkflowStep::status).containsExactly(Status.FAILED, Status.RUNNING);
        assertThat(steps().getFirst().error()).isEqualTo("TaskFailed: exit code 1");
    }

    @Test
    void whatWasOpenWhenTheExecutionEndedHasFailed() {
        enter("Task", "TrainOnBatch");
        add("ExecutionTimedOut", event -> {});

        assertThat(steps().getFirst().status()).isEqualTo(Status.FAILED);
        assertThat(steps().getFirst().exitedAt()).isNotNull();
    }

    @Test
    void aLoopIsOneStepFromItsFirstEntryToItsLastExit() {
        enter("Task", "PublishAdapter");
        leave("Task", "PublishAdapter");
        enter("Wait", "UntilInService");
        leave("Wait", "UntilInService");
        enter("Task", "PublishAdapter");
        leave("Task", "PublishAdapter");

        assertThat(steps()).extracting(WorkflowStep::name).containsExactly("PublishAdapter", "UntilInService");
        assertThat(steps().getFirst().took(START)).isEqualTo(Duration.ofSeconds(5));
    }

    private List<WorkflowStep> steps() {
        return new HistoryReader(events).steps();
    }

    private void enter(String kind, String name) {
        add(kind + "StateEntered", event -> event.stateEnteredEventDetails(d -> d.name(name)));
    }

    private void leave(String kind, String name) {
        add(kind + "StateExited", event -> event.stateExitedEventDetails(d -> d.name(name)));
    }

    private void add(String type, Consumer<HistoryEvent.Builder> details) {
        long id = events.size() + 1L;
        HistoryEvent.Builder event =
                HistoryEvent.builder().id(id).previousEventId(id - 1).type(type).timestamp(START.plusSeconds(id));
        details.accept(event);
        events.add(event.build());
    }
}
