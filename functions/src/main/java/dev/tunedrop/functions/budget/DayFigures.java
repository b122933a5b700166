package dev.tunedrop.functions.budget;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;

import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.functions.cloud.Budget;
import dev.tunedrop.functions.cloud.Cloud;

/// Reports what is reserved and spent today, after a run has changed it.
public final class DayFigures {

    private DayFigures() {}

    /// @param more what else there is to report of the run's money
    public static void report(Cloud cloud, Instant now, String runId, Map<Metric, BigDecimal> more) {
        Budget.Account today = cloud.budget().day(now.atOffset(ZoneOffset.UTC).toLocalDate());
        Map<Metric, BigDecimal> values = new EnumMap<>(Metric.class);
        values.putAll(more);
        values.put(Metric.RESERVED_USD, today.reservedUsd());
        values.put(Metric.SPENT_USD, today.spentUsd());
        cloud.metrics().put(Map.of("runId", runId), values);
    }
}
