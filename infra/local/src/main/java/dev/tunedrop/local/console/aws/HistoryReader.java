package dev.tunedrop.local.console.aws;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;

import dev.tunedrop.local.console.WorkflowStep;

/// Folds an execution's history events into steps: one per state that works or waits (Task, Map, Parallel, Wait), from
/// its first entry to its last exit, however often a loop or a Map came by.
///
/// An event belongs to the state whose entry its chain of previous events leads back to.
final class HistoryReader {

    private static final Pattern ERROR_MESSAGE = Pattern.compile("\"errorMessage\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final int LONGEST_CAUSE = 400;

    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final Map<Long, String> stateOfEvent = new HashMap<>();

    HistoryReader(Collection<HistoryEvent> events) {
        events.forEach(this::read);
    }

    List<WorkflowStep> steps() {
        return steps.values().stream().map(Step::view).toList();
    }

    private void read(HistoryEvent event) {
        String type = event.typeAsString();
        if (type.endsWith("StateEntered")) entered(event, type);
        else if (type.endsWith("StateExited")) exited(event);
        else {
            String state = stateOfEvent.get(event.previousEventId());
            if (state != null) stateOfEvent.put(event.id(), state);
            Step step = state == null ? null : steps.get(state);
            if (step != null) step.happened(type, event);
        }
        if (type.equals("ExecutionFailed") || type.equals("ExecutionTimedOut") || type.equals("ExecutionAborted"))
            steps.values().forEach(step -> step.executionEnded(event));
    }

    private void entered(HistoryEvent event, String type) {
        String name = event.stateEnteredEventDetails().name();
        stateOfEvent.put(event.id(), name);
        if (type.startsWith("Choice")
                || type.startsWith("Pass")
                || type.startsWith("Succeed")
                || type.startsWith("Fail")) return;
        steps.computeIfAbsent(name, n -> new Step(n, event.timestamp())).open++;
    }

    private void exited(HistoryEvent event) {
        String name = event.stateExitedEventDetails().name();
        stateOfEvent.put(event.id(), name);
        Step step = steps.get(name);
        if (step == null) return;
        step.open--;
        step.exitedAt = event.timestamp();
    }

    private static final class Step {
        final String name;
        final Instant enteredAt;
        int open;
        int tasks;

        @Nullable
        Instant exitedAt;

        @Nullable
        String error;

        boolean ended;

        Step(String name, Instant enteredAt) {
            this.name = name;
            this.enteredAt = enteredAt;
        }

        void happened(String type, HistoryEvent event) {
            switch (type) {
                case "TaskScheduled", "LambdaFunctionScheduled" -> {
                    tasks++;
                    error = null;
                }
                case "TaskFailed" ->
                    error = words(
                            event.taskFailedEventDetails().error(),
                            event.taskFailedEventDetails().cause());
                case "TaskTimedOut" ->
                    error = words(
                            event.taskTimedOutEventDetails().error(),
                            event.taskTimedOutEventDetails().cause());
                case "TaskSubmitFailed" ->
                    error = words(
                            event.taskSubmitFailedEventDetails().error(),
                            event.taskSubmitFailedEventDetails().cause());
                case "LambdaFunctionFailed" ->
                    error = words(
                            event.lambdaFunctionFailedEventDetails().error(),
                            event.lambdaFunctionFailedEventDetails().cause());
                case "LambdaFunctionTimedOut" ->
                    error = words(
                            event.lambdaFunctionTimedOutEventDetails().error(),
                            event.lambdaFunctionTimedOutEventDetails().cause());
                case "MapStateFailed" -> error = "an item failed";
                case "ParallelStateFailed" -> error = "a branch failed";
                case "TaskSucceeded", "LambdaFunctionSucceeded" -> error = null;
                default -> {}
            }
        }

        void executionEnded(HistoryEvent event) {
            if (open <= 0) return;
            ended = true;
            exitedAt = event.timestamp();
            if (error == null) error = "the execution ended here";
        }

        WorkflowStep view() {
            boolean running = open > 0 && !ended;
            WorkflowStep.Status status = running
                    ? WorkflowStep.Status.RUNNING
                    : error != null ? WorkflowStep.Status.FAILED : WorkflowStep.Status.DONE;
            return new WorkflowStep(name, status, enteredAt, running ? null : exitedAt, tasks, error);
        }
    }

    /// Lambda's cause is a JSON text whose `errorMessage` is the sentence; other causes are sentences themselves.
    private static String words(@Nullable String error, @Nullable String cause) {
        String name = error == null ? "" : error.substring(error.lastIndexOf('.') + 1);
        String text = cause == null ? "" : cause;
        Matcher message = ERROR_MESSAGE.matcher(text);
        if (text.startsWith("{") && message.find()) text = message.group(1).replace("\\\"", "\"");
        if (text.length() > LONGEST_CAUSE) text = text.substring(0, LONGEST_CAUSE) + "...";
        return name.isEmpty() ? text : text.isEmpty() ? name : name + ": " + text;
    }
}
