package dev.tunedrop.local.states;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// A failure inside a workflow: an error name that Retry and Catch match on, and a cause for people.
public final class AslFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public static final String ALL = "States.ALL";
    public static final String TASK_FAILED = "States.TaskFailed";
    public static final String TIMEOUT = "States.Timeout";
    public static final String HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout";
    public static final String RUNTIME = "States.Runtime";
    public static final String DATA_LIMIT = "States.DataLimitExceeded";
    public static final String QUERY = "States.QueryEvaluationError";
    public static final String NO_CHOICE = "States.NoChoiceMatched";

    private final String error;
    private final String cause;

    public AslFailure(String error, String cause) {
        super(error + ": " + cause);
        this.error = error;
        this.cause = cause;
    }

    public AslFailure(String error, String cause, Throwable why) {
        super(error + ": " + cause, why);
        this.error = error;
        this.cause = cause;
    }

    public String error() {
        return error;
    }

    public String cause() {
        return cause;
    }

    /// What a catcher sees as `$states.errorOutput`.
    ObjectNode output() {
        return JsonNodeFactory.instance.objectNode().put("Error", error).put("Cause", cause);
    }

    /// Whether a name in ErrorEquals stands for this failure. `States.ALL` stands for everything but the two failures
    /// that nothing can catch; `States.TaskFailed` for everything but a timeout.
    boolean isNamed(String name) {
        boolean terminal = error.equals(RUNTIME) || error.equals(DATA_LIMIT);
        return switch (name) {
            case ALL -> !terminal;
            case TASK_FAILED -> !terminal && !error.equals(TIMEOUT) && !error.equals(HEARTBEAT_TIMEOUT);
            case TIMEOUT -> error.equals(TIMEOUT) || error.equals(HEARTBEAT_TIMEOUT);
            default -> error.equals(name);
        };
    }
}
