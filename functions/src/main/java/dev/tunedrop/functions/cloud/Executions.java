package dev.tunedrop.functions.cloud;

/// The workflow's executions.
public interface Executions {

    /// Starts an execution unless one of this name exists, running or closed.
    ///
    /// @return false when it existed
    boolean start(String name, String input);

    /// Answers a task that waits for its token.
    ///
    /// @param output JSON
    /// @return false when it does not wait any more
    boolean answer(String taskToken, String output);

    /// Ends a run that waits for a person.
    ///
    /// @param reason one sentence
    /// @return false when it does not wait any more
    boolean refuse(String taskToken, String reason);
}
