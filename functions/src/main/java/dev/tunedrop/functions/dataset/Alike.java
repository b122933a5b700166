package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.tunedrop.events.run.Finding;

/// Findings that say the same of several places, for people: a fault that a program wrote into every row is one thing
/// to read.
///
/// @param first in file order
/// @param others where else, in file order
public record Alike(Finding first, List<Finding> others) {

    private static final int LINES_NAMED = 4;

    private record Said(String rule, Finding.Severity severity, String message, String remedy) {}

    /// In the order of their first places.
    public static List<Alike> of(List<Finding> findings) {
        Map<Said, List<Finding>> groups = new LinkedHashMap<>();
        for (Finding finding : findings)
            groups.computeIfAbsent(
                            new Said(finding.rule(), finding.severity(), finding.message(), finding.remedy()),
                            said -> new ArrayList<>())
                    .add(finding);
        return groups.values().stream()
                .map(group -> new Alike(group.getFirst(), List.copyOf(group.subList(1, group.size()))))
                .toList();
    }

    /// Such as ` (also in line 2, 3, 4, 5, …)`; empty for a finding that is alone.
    public String elsewhere() {
        if (others.isEmpty()) return "";
        return others.stream()
                .limit(LINES_NAMED)
                .map(finding -> String.valueOf(finding.line()))
                .collect(Collectors.joining(", ", " (also in line ", others.size() > LINES_NAMED ? ", …)" : ")"));
    }
}
