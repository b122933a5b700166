package dev.tunedrop.functions.cloud;

/// The workflow's executions.
public interface Executions {

    /// Starts an execution unless one of this name exists, running or closed.
    ///
    /// @return false when it existed
    boolean start(String name, String input);
}
