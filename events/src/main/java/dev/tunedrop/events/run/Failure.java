package dev.tunedrop.events.run;

/// Why a run ended without a model.
///
/// @param state the workflow's state that failed
/// @param reason a stable code in kebab case
/// @param message one sentence
/// @param remedy one sentence, or the command that starts the run again
public record Failure(String runId, String state, String reason, String message, String remedy) {}
