package dev.tunedrop.functions.cloud;

/// The workflow's executions.
public interface Executions {

    /// Starts an execution unless one of this name exists, running or closed.
    ///
    /// @return false when it existed
    boolean start(String name, String input);

    /// Lets a run go on that waits for a person; false when it does not wait any more.
    boolean approve(String taskToken);

    /// Ends a run that waits for a person; false when it does not wait any more.
    ///
    /// @param reason one sentence
    boolean refuse(String taskToken, String reason);
}
