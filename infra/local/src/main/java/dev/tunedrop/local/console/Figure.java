package dev.tunedrop.local.console;

import java.time.Instant;

/// What was reported of one figure, and for one value of its dimension where it has one.
///
/// @param name as dashboards read it
/// @param dimension empty for a figure without one
/// @param latest what the newest report said
public record Figure(String name, String dimension, int reports, double sum, double latest, Instant latestAt) {}
