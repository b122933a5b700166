package dev.tunedrop.events.metric;

import java.util.Map;

/// Where figures are reported to, at the time of the report.
public interface Metrics {

    /// @param about what the figures are about: the run, and the value of every figure's dimension
    void put(Map<String, String> about, Map<Metric, ? extends Number> values);
}
