package dev.tunedrop.functions.schedule;

import org.jspecify.annotations.Nullable;

/// EventBridge's "Scheduled Event", as far as it is read.
public record Tick(@Nullable String id) {}
