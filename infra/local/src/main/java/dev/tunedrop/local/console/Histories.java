package dev.tunedrop.local.console;

import java.util.List;

/// What the workflow did for a run.
@FunctionalInterface
public interface Histories {

    /// The states that do work or wait, in the order of their first entry; empty when the execution is not there yet.
    List<WorkflowStep> steps(String runId);
}
