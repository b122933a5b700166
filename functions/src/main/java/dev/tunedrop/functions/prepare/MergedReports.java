package dev.tunedrop.functions.prepare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.functions.checks.Tallies;
import dev.tunedrop.functions.dataset.DatasetCheck;
import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.FormatTally;

/// The ranges' reports as one, lines counted from the file's start.
///
/// @param linesBefore lines before each range; nobody writes to it
@SuppressWarnings("ArrayRecordComponent")
record MergedReports(
        List<ChunkReport> chunks,
        long[] linesBefore,
        Findings findings,
        Tallies tallies,
        FormatTally formats,
        long rows,
        long refusedRows) {

    static MergedReports of(List<ChunkReport> reports) {
        Findings findings = new Findings();
        Tallies tallies = new Tallies();
        FormatTally formats = new FormatTally();
        long[] linesBefore = new long[reports.size()];
        long lines = 0;
        long rows = 0;
        long refused = 0;
        List<ChunkReport> used = wholeFileRefused(reports) ? reports.subList(0, 1) : reports;
        for (ChunkReport chunk : used) {
            long before = lines;
            linesBefore[chunk.index()] = before;
            findings.addAll(
                    chunk.findings().stream().map(f -> moved(f, before)).toList(),
                    chunk.findingsByRule(),
                    chunk.errors());
            tallies.addAll(chunk.tallies(), before);
            formats.addAll(chunk.formats(), before);
            lines += chunk.lines();
            rows += chunk.rows();
            refused += chunk.refusedRows();
        }
        DatasetCheck.whole(findings, rows, formats);
        return new MergedReports(used, linesBefore, findings, tallies, formats, rows, refused + formats.differing());
    }

    /// A PDF is refused by its first bytes; what its other ranges look like is noise.
    private static boolean wholeFileRefused(List<ChunkReport> reports) {
        return reports.getFirst().findings().stream()
                .anyMatch(f -> f.line() == 0 && f.severity() == Finding.Severity.ERROR);
    }

    private static Finding moved(Finding finding, long lines) {
        return finding.line() == 0
                ? finding
                : new Finding(
                        finding.rule(),
                        finding.severity(),
                        finding.line() + lines,
                        finding.column(),
                        finding.field(),
                        finding.message(),
                        finding.remedy());
    }

    ChunkReport.TextFigures text() {
        long longest = 0;
        long truncated = 0;
        long lost = 0;
        boolean endOfTurn = true;
        Map<Integer, Long> histogram = new TreeMap<>();
        TreeSet<String> labels = new TreeSet<>();
        ChunkReport.TextFigures last = null;
        for (ChunkReport chunk : chunks) {
            ChunkReport.TextFigures text = Optional.ofNullable(chunk.text()).orElseThrow();
            longest = Math.max(longest, text.longestRowTokens());
            truncated += text.truncatedRows();
            lost += text.lostTrainedTokens();
            endOfTurn &= text.endOfTurnTrained();
            text.lengthHistogram().forEach((bound, rows) -> histogram.merge(bound, rows, Long::sum));
            labels.addAll(text.sortedLabels());
            last = text;
        }
        if (last == null) throw new IllegalStateException("a plan has at least one range");
        return new ChunkReport.TextFigures(
                longest,
                truncated,
                lost,
                endOfTurn,
                last.templateSha256(),
                last.tokenizerSha256(),
                histogram,
                List.copyOf(labels));
    }
}
