package dev.tunedrop.functions.outcome;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;

/// What a failed step means for its run.
///
/// @param reason a stable code in kebab case
/// @param message one sentence or more: what is wrong, the remedy last
record Verdict(RunState state, String reason, String message) {

    private static final int LONGEST_MESSAGE = 2000;

    /// Errors of the workflow's own, which say that the drop is at fault.
    private static final Map<String, String> REFUSALS = Map.of(
            "Tunedrop.DatasetRejected", "dataset-rejected",
            "Tunedrop.NoRoute", "no-route",
            "Tunedrop.GateNotPassed", "gate-not-passed",
            "Tunedrop.NotApproved", "not-approved",
            "Tunedrop.Cancelled", "cancelled");

    static Verdict of(Step.Failed failed) {
        String cause = message(failed.cause() == null ? "" : failed.cause());
        String refusal = REFUSALS.get(failed.error());
        if (refusal != null) return coded(RunState.REJECTED, refusal, cause);
        if (failed.error().equals(Rejected.class.getName())) {
            Verdict verdict = coded(RunState.REJECTED, "rejected", cause);
            return verdict.reason().equals(Rejected.SUPERSEDED)
                    ? new Verdict(RunState.SUPERSEDED, verdict.reason(), verdict.message())
                    : verdict;
        }
        boolean timedOut =
                failed.error().equals("States.Timeout") || failed.error().equals("States.HeartbeatTimeout");
        if (timedOut && failed.state().equals("AwaitApproval"))
            return new Verdict(RunState.REJECTED, "approval-timeout", "nobody approved in time. Drop the file again.");
        String reason = kebab(failed.state()) + (timedOut ? "-timeout" : "-failed");
        return new Verdict(RunState.FAILED, reason, cause.isEmpty() ? failed.error() : cause);
    }

    /// `code: sentence` where the cause starts with a code, else the given code.
    private static Verdict coded(RunState state, String otherwise, String cause) {
        int colon = cause.indexOf(": ");
        if (colon > 0 && cause.substring(0, colon).matches("[a-z][a-z0-9-]{2,48}"))
            return new Verdict(state, cause.substring(0, colon), cause.substring(colon + 2));
        return new Verdict(state, otherwise, cause);
    }

    /// A function's cause is JSON with `errorMessage`; any other is taken as it is.
    private static String message(String cause) {
        String text = cause;
        if (cause.startsWith("{")) {
            try {
                JsonNode tree = Json.tree(cause.getBytes(StandardCharsets.UTF_8), "cause");
                text = tree.path("errorMessage")
                        .asText(tree.path("StatusReason").asText(cause));
            } catch (InvalidDocument notJson) {
                text = cause;
            }
        }
        return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) : text;
    }

    private static String kebab(String state) {
        return state.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    String line() {
        return reason + ": " + message;
    }
}
