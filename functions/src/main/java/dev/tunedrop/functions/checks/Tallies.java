package dev.tunedrop.functions.checks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;
import dev.tunedrop.functions.dataset.Findings;

/// Counts by key, such as `personal/email` or `length/37`, each with its first lines. Keys come from small fixed sets,
/// never from the data.
public final class Tallies {

    /// How many lines a tally names.
    public static final int LINES = 5;

    private static final class Count {
        private long rows;
        private final List<Long> lines = new ArrayList<>(LINES);

        private void add(long line) {
            rows++;
            if (lines.size() < LINES) lines.add(line);
        }
    }

    private final Map<String, Count> counts = new TreeMap<>();
    private final Map<String, Map<String, Count>> byName = new HashMap<>();

    /// One more row.
    public void add(String key, long line) {
        count(key).add(line);
    }

    /// One more row under a key whose two parts are put together the first time only.
    public void add(String prefix, String name, long line) {
        Map<String, Count> named = byName.computeIfAbsent(prefix, p -> new HashMap<>());
        Count count = named.get(name);
        if (count == null) {
            count = count(prefix + name);
            named.put(name, count);
        }
        count.add(line);
    }

    private Count count(String key) {
        return counts.computeIfAbsent(key, k -> new Count());
    }

    /// The tallies of the range that follows, whose first line is number `linesBefore + 1` of the file.
    public void addAll(Map<String, Tally> later, long linesBefore) {
        later.forEach((key, tally) -> {
            Count count = count(key);
            count.rows += tally.rows();
            for (long line : tally.lines()) if (count.lines.size() < LINES) count.lines.add(line + linesBefore);
        });
    }

    public Tally get(String key) {
        Count count = counts.get(key);
        return count == null ? Tally.NONE : new Tally(count.rows, count.lines);
    }

    /// What follows the prefix in each key that has it → its tally.
    public Map<String, Tally> under(String prefix) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .collect(Collectors.toMap(
                        entry -> entry.getKey().substring(prefix.length()),
                        entry -> new Tally(entry.getValue().rows, entry.getValue().lines),
                        (a, b) -> a,
                        TreeMap::new));
    }

    public Map<String, Tally> all() {
        return under("");
    }

    /// Makes a key's tally into warnings: counted in full, the first lines listed.
    void warn(Findings findings, String key, String rule, String message, String remedy) {
        warn(findings, get(key), rule, message, remedy);
    }

    static void warn(Findings findings, Tally tally, String rule, String message, String remedy) {
        if (tally.rows() == 0) return;
        List<Finding> listed = tally.lines().stream()
                .map(line -> new Finding(rule, Severity.WARNING, line, 0, null, message, remedy))
                .toList();
        findings.addAll(listed, Map.of(rule, tally.rows()), 0);
    }
}
