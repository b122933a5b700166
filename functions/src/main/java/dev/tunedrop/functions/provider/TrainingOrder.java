package dev.tunedrop.functions.provider;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.RunSettings;

/// What a service is asked to train, and on what.
///
/// @param key names the order at the service for good: the run's id and, after a re-route, which attempt it is
/// @param model the service's own id of the base model
/// @param train canonical rows, already in the form that the service accepts
/// @param validation rows held out; absent when there are none
/// @param trainTokens tokens of the training rows, for a cost where the service tells none
/// @param objective what the rows teach, never `AUTO`
/// @param suffix words the service may put into the tuned model's name
public record TrainingOrder(
        String key,
        String model,
        DataFile train,
        @Nullable DataFile validation,
        long trainTokens,
        RunSettings settings,
        RunSettings.Objective objective,
        String suffix) {

    /// A document of the artefact bucket.
    public record DataFile(String key, long sizeBytes, String sha256) {}
}
