package dev.tunedrop.functions.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.FormatSeen;
import dev.tunedrop.events.run.DatasetReport.Signal;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.events.run.TargetVerdict;
import dev.tunedrop.events.run.TargetVerdict.Effect;
import dev.tunedrop.events.run.TargetVerdict.Reason;
import dev.tunedrop.functions.dataset.Alike;
import dev.tunedrop.functions.dataset.DatasetFormat;

/// A report as text for a terminal. What is said of several rows, or by several targets, is said once.
///
/// @param risks whether targets' risks are told too, not only why they refuse and what a conversion changes
record ReportText(PrintWriter out, boolean risks) {

    void print(DatasetReport report) {
        findings(report);
        if (report.signal() != null)
            signal(report.signal(), DatasetFormat.TEXT_LABEL.id().equals(report.format()));
        formats(report);
        personal(report.privateData());
        targets(report.targets());
        out.printf(
                Locale.ROOT,
                "verdict   %s: %s, %,d refused (%s)%n",
                report.verdict(),
                rows(report.rows()),
                report.refusedRows(),
                report.format());
    }

    private void findings(DatasetReport report) {
        Alike.of(report.findings()).forEach(alike -> out.println(line(alike.first()) + alike.elsewhere()));
        long total = report.findingsByRule().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        if (total > report.findings().size())
            out.printf(
                    Locale.ROOT,
                    "… and %,d more; by rule: %s%n",
                    total - report.findings().size(),
                    report.findingsByRule().entrySet().stream()
                            .map(rule -> String.format(Locale.ROOT, "%s %,d", rule.getKey(), rule.getValue()))
                            .collect(Collectors.joining(", ")));
        if (!report.findings().isEmpty()) out.println();
    }

    private void signal(Signal signal, boolean labelled) {
        out.printf(
                Locale.ROOT,
                "tokens    %,d, %s; longest row %,d; %,d rows cut, %,d repeated%n",
                signal.tokens(),
                String.format(
                        Locale.ROOT,
                        labelled ? "%,d rows carry one loss each, for their labels" : "of which %,d carry loss",
                        signal.trainedTokens()),
                signal.longestRowTokens(),
                signal.truncatedRows(),
                signal.duplicateRows());
        out.printf(
                Locale.ROOT,
                "packing   %,d packs an epoch, %.1f %% full%s%n",
                signal.packs(),
                100 * signal.packFill(),
                labelled ? "" : "; the end of a turn is " + (signal.endOfTurnTrained() ? "trained" : "not trained"));
        if (!labelled) out.printf("template  sha256 %s%n", signal.templateSha256());
    }

    private void formats(DatasetReport report) {
        for (FormatSeen seen : report.formats() == null ? List.<FormatSeen>of() : report.formats())
            out.printf(
                    Locale.ROOT,
                    "seen      %s from line %,d, for its fields: %s%n",
                    seen.format(),
                    seen.firstLine(),
                    seen.fields().entrySet().stream()
                            .map(field -> String.format(
                                    Locale.ROOT,
                                    "%s in %,d of %,d rows",
                                    field.getKey(),
                                    field.getValue(),
                                    seen.rows()))
                            .collect(Collectors.joining(", ")));
    }

    private void personal(PrivateData data) {
        String found = data.kinds().isEmpty()
                ? "as set; no secret and no personal data was found"
                : data.kinds().stream()
                        .map(kind -> "%s in %s (line %s)"
                                .formatted(kind.kind(), rows(kind.rows()), lines(kind.lines(), kind.rows())))
                        .collect(Collectors.joining(", "));
        out.printf("privacy   %s: %s%n", data.privacy().name().toLowerCase(Locale.ROOT), found);
    }

    private void targets(List<TargetVerdict> targets) {
        int width = targets.stream().mapToInt(t -> t.target().length()).max().orElse(0);
        Map<List<String>, List<String>> namesByReasons = new LinkedHashMap<>();
        for (TargetVerdict target : targets)
            namesByReasons
                    .computeIfAbsent(reasons(target), reasons -> new ArrayList<>())
                    .add(target.target());
        for (TargetVerdict target : targets) {
            List<String> reasons = reasons(target);
            List<String> names =
                    reasons.isEmpty() ? List.of(target.target()) : namesByReasons.getOrDefault(reasons, List.of());
            if (!names.getFirst().equals(target.target())) continue;
            String together = String.join(", ", names);
            out.printf(
                    "target    %s  %s%n",
                    together + " ".repeat(Math.max(0, width - together.length())),
                    target.answer().name().toLowerCase(Locale.ROOT));
            reasons.forEach(out::println);
        }
    }

    private List<String> reasons(TargetVerdict target) {
        return target.reasons().stream()
                .filter(reason -> risks || reason.effect() != Effect.RISK)
                .map(ReportText::line)
                .toList();
    }

    private static String line(Reason reason) {
        String where = reason.rows() == 0 || reason.lines().isEmpty()
                ? ""
                : " (%s: line %s)".formatted(rows(reason.rows()), lines(reason.lines(), reason.rows()));
        return "            %-7s  %s: %s%s. %s"
                .formatted(
                        reason.effect().name().toLowerCase(Locale.ROOT),
                        reason.rule(),
                        reason.message(),
                        where,
                        reason.remedy());
    }

    private static String rows(long rows) {
        return rows == 1 ? "1 row" : String.format(Locale.ROOT, "%,d rows", rows);
    }

    private static String lines(List<Long> lines, long rows) {
        String list = lines.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return rows > lines.size() ? list + ", …" : list;
    }

    private static String line(Finding finding) {
        String place = finding.line() == 0 ? "file" : "line " + finding.line();
        String column = finding.column() == 0 ? "" : ", column " + finding.column();
        String field = finding.field() == null ? "" : " (" + finding.field() + ")";
        String severity = finding.severity() == Finding.Severity.ERROR ? "error  " : "warning";
        return "%s  %s%s: %s: %s%s. %s"
                .formatted(severity, place, column, finding.rule(), finding.message(), field, finding.remedy());
    }
}
