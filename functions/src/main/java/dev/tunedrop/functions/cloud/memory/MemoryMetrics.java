package dev.tunedrop.functions.cloud.memory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.tunedrop.events.metric.Emf;
import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.metric.Metrics;

/// Keeps the lines that were reported, in order.
public final class MemoryMetrics implements Metrics {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void put(Map<String, String> about, Map<Metric, ? extends Number> values) {
        lines.add(Emf.line(Instant.EPOCH, about, values));
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    /// Every figure of every line.
    public List<Emf.Point> points() {
        return lines.stream().flatMap(line -> Emf.points(line).stream()).toList();
    }
}
