package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.tunedrop.events.run.DatasetReport.FormatSeen;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;

/// Which formats the rows had, by which fields, and where each was first met. Tallies of ranges add up to that of the
/// file, whatever the ranges.
public final class FormatTally {

    private static final class Seen {
        /// Rows with each of the format's keys.
        final long[] fields;

        long rows;
        long firstLine = Long.MAX_VALUE;

        Seen(DatasetFormat format) {
            fields = new long[format.keys().size()];
        }
    }

    private final Map<DatasetFormat, Seen> seen = new EnumMap<>(DatasetFormat.class);

    void add(DatasetFormat format, long line, JsonValue.Obj row) {
        Seen its = seen.computeIfAbsent(format, Seen::new);
        its.rows++;
        its.firstLine = Math.min(its.firstLine, line);
        for (int k = 0; k < its.fields.length; k++) if (row.has(format.keys().get(k))) its.fields[k]++;
    }

    /// Adds what a range saw.
    public void addAll(List<FormatSeen> formats, long linesBefore) {
        for (FormatSeen each : formats) {
            DatasetFormat format = DatasetFormat.of(each.format()).orElseThrow();
            Seen its = seen.computeIfAbsent(format, Seen::new);
            its.rows += each.rows();
            its.firstLine = Math.min(its.firstLine, each.firstLine() + linesBefore);
            for (int k = 0; k < its.fields.length; k++)
                its.fields[k] += each.fields().getOrDefault(format.keys().get(k), 0L);
        }
    }

    /// In the order in which they were met.
    public List<FormatSeen> formats() {
        List<FormatSeen> formats = new ArrayList<>();
        seen.forEach((format, its) -> {
            Map<String, Long> inOrder = new LinkedHashMap<>();
            for (int k = 0; k < its.fields.length; k++)
                if (its.fields[k] > 0) inOrder.put(format.keys().get(k), its.fields[k]);
            formats.add(new FormatSeen(format.id(), its.rows, its.firstLine, inOrder));
        });
        formats.sort((a, b) -> Long.compare(a.firstLine(), b.firstLine()));
        return formats;
    }

    /// The file's format: that of its first row.
    public String format() {
        return seen.isEmpty() ? DatasetFormat.UNKNOWN : formats().getFirst().format();
    }

    boolean mixed() {
        return seen.size() > 1;
    }

    /// Rows of another format than the first row's.
    public long differing() {
        return formats().stream().skip(1).mapToLong(FormatSeen::rows).sum();
    }

    /// One error for a file of several formats, at the first row that differs.
    void refuseMixture(Findings findings) {
        if (!mixed()) return;
        List<FormatSeen> formats = formats();
        FormatSeen first = formats.getFirst();
        FormatSeen other = formats.get(1);
        findings.add(new Finding(
                "format-mixed",
                Severity.ERROR,
                other.firstLine(),
                1,
                null,
                "the row is %s (%s), the rows before it are %s (%s); %,d of the file's rows differ"
                        .formatted(other.format(), keys(other), first.format(), keys(first), differing()),
                "Keep one format in a file."));
    }

    private static String keys(FormatSeen seen) {
        return String.join(", ", seen.fields().keySet());
    }
}
