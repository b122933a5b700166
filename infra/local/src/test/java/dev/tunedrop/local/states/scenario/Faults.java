package dev.tunedrop.local.states.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.local.states.scenario.Answer.Silent;
import dev.tunedrop.local.states.scenario.Answer.Throws;

/// Every task of the workflow, broken in every way: it throws, throws what is tried again and then succeeds, throws
/// that for ever, never answers. What must follow is written here by hand.
final class Faults {

    private static final String UNKNOWN = "java.lang.IllegalStateException";

    /// What must follow the state that failed; [#RECORDED] for the others.
    private static final Map<String, List<String>> AFTER = Map.of(
            "TrainOnBatch", List.of("JobEnded", "RecordFailure", "Failed"),
            "SubmitToProvider", List.of("CancelAtProvider", "RecordFailure", "Failed"),
            "FollowProvider", List.of("CancelAtProvider", "RecordFailure", "Failed"),
            "RecordFailure", List.of("Failed"));

    private static final List<String> RECORDED = List.of("RecordFailure", "Failed");

    /// What the execution must fail with where a later failure must not hide the first.
    private static final Map<String, String> FIRST =
            Map.of("RecordFailure", "Tunedrop.DatasetRejected", "CancelAtProvider", "Tunedrop.ProviderTooLate");

    /// How a silence must be called, and how often the state must be tried; for the others a timeout, three times.
    private static final Map<String, String> SILENCE =
            Map.of("AwaitApproval", "States.HeartbeatTimeout", "TrainOnBatch", "States.Timeout");

    private Faults() {}

    static List<Scenario> all(Machine machine) {
        List<Scenario> all = new ArrayList<>();
        machine.tasks().forEach((state, task) -> {
            Scenario route = Routes.all().stream()
                    .filter(each -> each.path().contains(state))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no route goes through " + state));
            all.add(fails(route, state, "throws", new Throws(UNKNOWN), UNKNOWN, 1));
            for (JsonNode retrier : task.path("Retry"))
                again(route, state, retrier).forEach(all::add);
            if (!state.equals("FollowProvider")) all.add(silent(route, state));
        });
        return all;
    }

    private static Stream<Scenario> again(Scenario route, String state, JsonNode retrier) {
        int most = retrier.path("MaxAttempts").asInt();
        List<Scenario> some = new ArrayList<>();
        List<Answer> usual = route.answers().getOrDefault(state, List.of());
        retrier.path("ErrorEquals").forEach(name -> {
            String error = name.asText();
            List<Answer> first =
                    Stream.concat(Stream.of(new Throws(error)), usual.stream()).toList();
            int visits = (int) route.path().stream().filter(state::equals).count();
            some.add(route.where(state, "throws " + error + " once", first).trying(state, visits + 1));
        });
        String last = retrier.path("ErrorEquals").path(0).asText();
        some.add(fails(route, state, "throws " + last + " for ever", new Throws(last), last, most + 1));
        return some.stream();
    }

    private static Scenario silent(Scenario route, String state) {
        String error = SILENCE.get(state);
        return error == null
                ? fails(route, state, "never answers", new Silent(), "States.Timeout", 3)
                : fails(route, state, "never answers", new Silent(), error, 1);
    }

    private static Scenario fails(Scenario route, String state, String what, Answer answer, String error, int tries) {
        return route.where(state, what, List.of(answer))
                .goingOn(state, after(state, error), FIRST.getOrDefault(state, error), tries);
    }

    /// A timeout is no failed task: it says nothing of why the job ended.
    private static List<String> after(String state, String error) {
        boolean unexplained = state.equals("TrainOnBatch") && error.equals("States.Timeout");
        return unexplained ? RECORDED : AFTER.getOrDefault(state, RECORDED);
    }
}
