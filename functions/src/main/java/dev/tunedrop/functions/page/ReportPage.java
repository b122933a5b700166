package dev.tunedrop.functions.page;

import static dev.tunedrop.functions.page.Html.bytes;
import static dev.tunedrop.functions.page.Html.number;
import static dev.tunedrop.functions.page.Html.sentence;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.FormatSeen;
import dev.tunedrop.events.run.DatasetReport.Verdict;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.events.run.RunSettings.Privacy;
import dev.tunedrop.functions.dataset.DatasetFormat;

/// A dataset's report as one self-contained page: verdict and figures, targets, training signal, personal data,
/// findings. It loads nothing and runs no script.
public final class ReportPage {

    private ReportPage() {}

    /// The page without any text of the dataset.
    ///
    /// @param title the dataset's or file's name, as given by its owner
    public static String html(String title, DatasetReport report) {
        return html(title, report, List.of());
    }

    /// The page with the text of sample rows, for the dataset's owner.
    public static String html(String title, DatasetReport report, List<RowPicture> pictures) {
        Html page = new Html();
        Page.open(page, "Dataset report: " + title, "");
        page.add("<h1>%s</h1>", title);
        boolean accepted = report.verdict() == Verdict.ACCEPTED;
        page.add(
                "<p><span class=\"pill %s\">%s</span> %s</p>",
                accepted ? "good" : "bad", report.verdict().name().toLowerCase(Locale.ROOT), summary(report));
        figures(page, report);
        TargetSection.add(page, report.targets());
        if (report.signal() != null) SignalSection.add(page, report.signal(), labelled(report), pictures);
        personal(page, report.privateData());
        rules(page, report.findingsByRule());
        findings(page, report);
        return Page.close(page);
    }

    private static boolean labelled(DatasetReport report) {
        return DatasetFormat.TEXT_LABEL.id().equals(report.format());
    }

    private static String summary(DatasetReport report) {
        return switch (report.verdict()) {
            case ACCEPTED -> number(report.rows()) + " rows are ready to be trained on.";
            case REJECTED ->
                report.refusedRows() == 0
                        ? "The file cannot be used as a dataset."
                        : "%s of %s rows are at fault; nothing was trained."
                                .formatted(number(report.refusedRows()), number(report.rows()));
        };
    }

    private static void figures(Html page, DatasetReport report) {
        page.raw("<dl class=\"figures\">\n");
        figure(page, "Format", report.format());
        figure(page, "Size", bytes(report.sizeBytes()));
        figure(page, "Rows", number(report.rows()));
        figure(page, "Refused rows", number(report.refusedRows()));
        figure(page, "Privacy", report.privateData().privacy().name().toLowerCase(Locale.ROOT));
        page.add("</dl>\n<p class=\"soft small\">sha256 <code>%s</code></p>", report.datasetSha256());
        for (FormatSeen seen : report.formats() == null ? List.<FormatSeen>of() : report.formats())
            page.add(
                    "<p class=\"soft small\">Read as <code>%s</code> from line %s on, for its fields: %s.</p>",
                    seen.format(), number(seen.firstLine()), fields(seen));
    }

    private static String fields(FormatSeen seen) {
        return seen.fields().entrySet().stream()
                .map(field ->
                        "%s in %s of %s rows".formatted(field.getKey(), number(field.getValue()), number(seen.rows())))
                .collect(Collectors.joining(", "));
    }

    static void figure(Html page, String name, String value) {
        page.add("<div><dt>%s</dt><dd>%s</dd></div>", name, value);
    }

    private static void personal(Html page, PrivateData data) {
        page.raw("<h2>Secrets and personal data</h2>\n");
        if (data.kinds().isEmpty()) {
            page.add("<p class=\"soft\">None was found. That proves nothing: names and addresses have no pattern.</p>");
            return;
        }
        if (data.privacy() == Privacy.PRIVATE)
            page.add("<p class=\"soft\">The dataset is treated as private: it stays inside the account.</p>");
        page.raw("<div class=\"scroll\"><table><tr><th>kind</th><th class=\"n\">rows</th><th>lines</th></tr>\n");
        for (PrivateData.Kind kind : data.kinds())
            page.add(
                    "<tr><td>%s</td><td class=\"n\">%s</td><td>%s</td></tr>",
                    kind.kind(), number(kind.rows()), lines(kind.lines(), kind.rows()));
        page.raw("</table></div>\n");
    }

    static String lines(List<Long> lines, long rows) {
        String list = lines.stream().map(Html::number).collect(Collectors.joining(", "));
        return rows > lines.size() && !lines.isEmpty() ? list + ", …" : list;
    }

    private static void rules(Html page, Map<String, Long> byRule) {
        if (byRule.isEmpty()) return;
        page.raw(
                "<h2>Findings by rule</h2>\n<div class=\"scroll\"><table><tr><th>rule</th><th class=\"n\">count</th></tr>\n");
        byRule.forEach((rule, count) ->
                page.add("<tr><td><code>%s</code></td><td class=\"n\">%s</td></tr>", rule, number(count)));
        page.raw("</table></div>\n");
    }

    private static void findings(Html page, DatasetReport report) {
        if (report.findings().isEmpty()) return;
        long total = report.findingsByRule().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        page.raw("<h2>Findings</h2>\n");
        if (total > report.findings().size())
            page.add(
                    "<p class=\"soft\">%s of %s are listed.</p>",
                    number(report.findings().size()), number(total));
        page.raw(
                "<div class=\"scroll\"><table class=\"findings\"><thead><tr><th class=\"n\">line</th><th class=\"n\">column</th>"
                        + "<th>rule</th><th>what is wrong, and what to do</th></tr></thead><tbody>\n");
        for (Finding finding : report.findings()) {
            page.add(
                    "<tr><td class=\"n\" data-k=\"line\">%s</td><td class=\"n\" data-k=\"column\">%s</td>",
                    place(finding.line()), place(finding.column()));
            page.add(
                    "<td><code class=\"pill %s\">%s</code></td><td>%s ",
                    finding.severity() == Finding.Severity.ERROR ? "bad" : "warn",
                    finding.rule(),
                    sentence(finding.message()));
            if (finding.field() != null) page.add("<code>%s</code> ", finding.field());
            page.add("<span class=\"soft\">%s</span></td></tr>", finding.remedy());
        }
        page.raw("</tbody></table></div>\n");
    }

    private static String place(long place) {
        return place == 0 ? "" : number(place);
    }
}
