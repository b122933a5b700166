package dev.tunedrop.local.console;

import java.util.List;
import java.util.Optional;

import dev.tunedrop.events.run.StepMetrics;

/// What can be seen of the runs of one cloud. Reading only; each call sees the state of its moment.
public interface RunViews {

    /// Every run of the ledger, the newest first.
    List<RunSummary> runs();

    /// One run with every document it has written so far; empty when the ledger has no such run.
    Optional<RunView> run(String runId);

    /// The optimiser steps after `afterStep`, in order; empty before training and for a run that is not there.
    List<StepMetrics> metrics(String runId, int afterStep);

    /// What functions and training jobs have reported in figures.
    List<Figure> figures();

    /// The dataset report as its own HTML page; empty before it is written.
    Optional<String> reportPage(String runId);
}
