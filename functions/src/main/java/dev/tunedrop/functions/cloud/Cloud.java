package dev.tunedrop.functions.cloud;

import dev.tunedrop.events.metric.Metrics;

/// Everything a handler may reach, in one value.
///
/// @param drops the bucket teams drop files in; read only
/// @param artefacts the bucket for what runs leave behind
/// @param bases the bucket of base models
/// @param metrics where figures are reported to
public record Cloud(
        Objects drops,
        Objects artefacts,
        Objects bases,
        Ledger ledger,
        Budget budget,
        Executions executions,
        Bus bus,
        Endpoints endpoints,
        Metrics metrics) {}
