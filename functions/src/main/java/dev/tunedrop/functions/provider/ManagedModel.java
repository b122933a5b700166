package dev.tunedrop.functions.provider;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/// A model that a service keeps.
///
/// @param model the id it is asked by
/// @param trainedTokens billable tokens; absent where the service tells none
/// @param costUsd what the service says it charged; absent where it says nothing, and then tokens times price decide
/// @param validationLoss held-out loss per token as the service measured it
public record ManagedModel(
        String model,
        @Nullable Long trainedTokens,
        @Nullable BigDecimal costUsd,
        @Nullable Double validationLoss) {}
