package dev.tunedrop.local.console;

import java.math.BigDecimal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.RunState;

/// One line of the list of runs.
///
/// @param file the dropped file's name, without its folder
/// @param reason why it was rejected, failed or superseded; absent otherwise
/// @param because why it is there when no new file started it; absent otherwise
/// @param endedAt absent while it runs
/// @param costUsd what it cost once settled; absent before
public record RunSummary(
        String runId,
        String dataset,
        String file,
        RunState state,
        @Nullable String reason,
        @Nullable String because,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable BigDecimal costUsd) {}
