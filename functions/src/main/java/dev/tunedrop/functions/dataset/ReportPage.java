package dev.tunedrop.functions.dataset;

import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.Signal;
import dev.tunedrop.events.run.Finding;

/// A dataset's report as one self-contained page, light and dark. Everything that is not ours is escaped.
public final class ReportPage {

    private static final String HEAD = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Dataset report: {{title}}</title>
            <style>
            :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6570;--line:#d9dee3;--page:#fbfbfa;--card:#fff;
            --good:#1a7f4b;--bad:#b3261e;--warn:#8a5a00;--bar:#3b6fb6}
            @media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa4ae;--line:#343a41;--page:#15181b;
            --card:#1d2125;--good:#5cc98d;--bad:#ff8a80;--warn:#e9b44c;--bar:#7aa7e0}}
            *{box-sizing:border-box}
            body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
            main{max-width:60rem;margin:0 auto;padding:2rem 1rem}
            h1{font-size:1.4rem;margin:0 0 .25rem;overflow-wrap:anywhere}h2{font-size:1.05rem;margin:2rem 0 .5rem}
            .verdict{font-weight:600}.ACCEPTED{color:var(--good)}.REJECTED,.ERROR{color:var(--bad)}.WARNING{color:var(--warn)}
            .soft{color:var(--soft)}
            .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.75rem;padding:0;margin:1rem 0}
            .figures div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}
            .figures dt{color:var(--soft);font-size:.85rem}.figures dd{margin:0;font-variant-numeric:tabular-nums;font-size:1.15rem}
            .scroll{overflow-x:auto}
            table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line)}
            th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;border-bottom:1px solid var(--line)}
            th{font-weight:600;color:var(--soft);font-size:.85rem}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
            code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
            .bar{height:.7rem;background:var(--bar);border-radius:.2rem;min-width:1px}
            </style></head><body><main>
            """;

    private ReportPage() {}

    /// @param title the dataset's or file's name, as given by its owner
    public static String html(String title, DatasetReport report) {
        StringBuilder page = new StringBuilder(HEAD.replace("{{title}}", escape(title)));
        page.append("<h1>%s</h1>%n".formatted(escape(title)));
        page.append("<p><span class=\"verdict %1$s\">%1$s</span> <span class=\"soft\">%2$s</span></p>%n"
                .formatted(report.verdict(), escape(sentence(report))));
        figures(page, report);
        if (report.signal() != null) histogram(page, report.signal());
        rules(page, report.findingsByRule());
        findings(page, report);
        return page.append("</main></body></html>\n").toString();
    }

    private static String sentence(DatasetReport report) {
        return switch (report.verdict()) {
            case ACCEPTED -> "%,d rows are ready to be trained on.".formatted(report.rows());
            case REJECTED ->
                report.rows() == 0
                        ? "The file cannot be read as a dataset."
                        : "%,d of %,d rows are at fault; nothing was trained."
                                .formatted(report.refusedRows(), report.rows());
        };
    }

    private static void figures(StringBuilder page, DatasetReport report) {
        page.append("<dl class=\"figures\">\n");
        figure(page, "Format", report.format());
        figure(page, "Size", bytes(report.sizeBytes()));
        figure(page, "Rows", number(report.rows()));
        figure(page, "Refused rows", number(report.refusedRows()));
        Signal signal = report.signal();
        if (signal != null) {
            figure(page, "Rows to train on", number(signal.trainRows()));
            figure(page, "Rows held out", number(signal.validationRows()));
            figure(page, "Tokens", number(signal.tokens()));
            figure(page, "Tokens with loss", number(signal.trainedTokens()));
            figure(page, "Longest row", number(signal.longestRowTokens()) + " tokens");
            figure(page, "Cut rows", number(signal.truncatedRows()));
            figure(page, "Lost tokens with loss", number(signal.lostTrainedTokens()));
            figure(page, "Duplicates left out", number(signal.duplicateRows()));
            figure(page, "Learns to stop", signal.endOfTurnTrained() ? "yes" : "no");
        }
        page.append("</dl>\n<p class=\"soft\">sha256 <code>%s</code></p>%n".formatted(escape(report.datasetSha256())));
    }

    private static void figure(StringBuilder page, String name, String value) {
        page.append("<div><dt>%s</dt><dd>%s</dd></div>%n".formatted(escape(name), escape(value)));
    }

    private static void histogram(StringBuilder page, Signal signal) {
        long most = signal.lengthHistogram().values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(1);
        page.append("<h2>Row lengths</h2>\n<div class=\"scroll\"><table><tr><th class=\"n\">tokens up to</th>"
                + "<th class=\"n\">rows</th><th style=\"width:70%\"></th></tr>\n");
        signal.lengthHistogram()
                .forEach((bound, rows) -> page.append(
                        "<tr><td class=\"n\">%s</td><td class=\"n\">%s</td><td><div class=\"bar\" style=\"width:%.1f%%\"></div></td></tr>%n"
                                .formatted(number(bound), number(rows), 100.0 * rows / most)));
        page.append("</table></div>\n");
    }

    private static void rules(StringBuilder page, Map<String, Long> byRule) {
        if (byRule.isEmpty()) return;
        page.append(
                "<h2>Findings by rule</h2>\n<div class=\"scroll\"><table><tr><th>rule</th><th class=\"n\">count</th></tr>\n");
        byRule.forEach((rule, count) -> page.append(
                "<tr><td><code>%s</code></td><td class=\"n\">%s</td></tr>%n".formatted(escape(rule), number(count))));
        page.append("</table></div>\n");
    }

    private static void findings(StringBuilder page, DatasetReport report) {
        if (report.findings().isEmpty()) return;
        long total = report.findingsByRule().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        page.append("<h2>Findings</h2>\n");
        if (total > report.findings().size())
            page.append("<p class=\"soft\">%,d of %,d are listed.</p>%n"
                    .formatted(report.findings().size(), total));
        page.append("<div class=\"scroll\"><table><tr><th class=\"n\">line</th><th class=\"n\">column</th><th>rule</th>"
                + "<th>what is wrong, and what to do</th></tr>\n");
        for (Finding finding : report.findings())
            page.append(
                    "<tr><td class=\"n\">%s</td><td class=\"n\">%s</td><td><code class=\"%s\">%s</code></td><td>%s%s <span class=\"soft\">%s</span></td></tr>%n"
                            .formatted(
                                    place(finding.line()),
                                    place(finding.column()),
                                    finding.severity(),
                                    escape(finding.rule()),
                                    escape(capital(finding.message())) + ".",
                                    field(finding.field()),
                                    escape(finding.remedy())));
        page.append("</table></div>\n");
    }

    private static String field(@Nullable String field) {
        return field == null ? "" : " <code>" + escape(field) + "</code>";
    }

    private static String place(long place) {
        return place == 0 ? "" : number(place);
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String bytes(long bytes) {
        if (bytes < 1 << 10) return number(bytes) + " bytes";
        if (bytes < 1 << 20) return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
