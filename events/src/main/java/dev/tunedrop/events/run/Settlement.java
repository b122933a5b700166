package dev.tunedrop.events.run;

import java.math.BigDecimal;

/// What a run cost against what was quoted.
public record Settlement(
        String runId,
        String route,
        BigDecimal reservedUsd,
        BigDecimal quotedUsd,
        BigDecimal actualUsd,
        double quotedSeconds,
        double actualSeconds) {}
