package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.tunedrop.events.run.Finding;

/// Collects findings in bounded memory: all are counted by rule, the first few of each rule are kept.
public final class Findings {

    /// What a report lists at most.
    public static final int LISTED = 100;

    private static final int LISTED_WARNINGS_PER_RULE = 5;

    private final List<Finding> kept = new ArrayList<>();
    private final Map<String, Long> byRule = new TreeMap<>();
    private final Map<String, Integer> keptWarnings = new TreeMap<>();
    private long errors;
    private int keptErrors;

    public void add(Finding finding) {
        byRule.merge(finding.rule(), 1L, Long::sum);
        if (finding.severity() == Finding.Severity.ERROR) errors++;
        keep(finding);
    }

    /// Adds what another collector counted and kept.
    public void addAll(List<Finding> findings, Map<String, Long> counts, long errorCount) {
        counts.forEach((rule, count) -> byRule.merge(rule, count, Long::sum));
        errors += errorCount;
        findings.forEach(this::keep);
    }

    private void keep(Finding finding) {
        if (finding.severity() == Finding.Severity.ERROR) {
            if (keptErrors++ < LISTED) kept.add(finding);
        } else if (keptWarnings.merge(finding.rule(), 1, Integer::sum) <= LISTED_WARNINGS_PER_RULE) {
            kept.add(finding);
        }
    }

    /// At most [#LISTED], errors before warnings where not all fit, in file order.
    public List<Finding> listed() {
        List<Finding> errorsFirst = new ArrayList<>(kept);
        errorsFirst.sort(Comparator.comparing(Finding::severity));
        List<Finding> listed = new ArrayList<>(errorsFirst.subList(0, Math.min(LISTED, errorsFirst.size())));
        listed.sort(Comparator.comparingLong(Finding::line).thenComparingLong(Finding::column));
        return listed;
    }

    public Map<String, Long> byRule() {
        return byRule;
    }

    public long errors() {
        return errors;
    }

    public long total() {
        return byRule.values().stream().mapToLong(Long::longValue).sum();
    }
}
