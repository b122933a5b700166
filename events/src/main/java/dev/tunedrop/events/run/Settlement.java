package dev.tunedrop.events.run;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/// What a run cost against what was quoted.
///
/// @param kind what later quotes compare this run by; absent in earlier versions
public record Settlement(
        String runId,
        String route,
        BigDecimal reservedUsd,
        BigDecimal quotedUsd,
        BigDecimal actualUsd,
        double quotedSeconds,
        double actualSeconds,
        @Nullable String kind) {}
