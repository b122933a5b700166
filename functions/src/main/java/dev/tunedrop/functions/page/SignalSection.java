package dev.tunedrop.functions.page;

import static dev.tunedrop.functions.page.Html.number;
import static dev.tunedrop.functions.page.Html.percent;

import java.util.List;
import java.util.Locale;

import dev.tunedrop.events.run.DatasetReport.RowShape;
import dev.tunedrop.events.run.DatasetReport.Signal;

/// What the trainer will see: how much of it carries loss, where in a few rows, and how the rows fill packs.
final class SignalSection {

    private static final int WIDTH = 1000;

    private SignalSection() {}

    /// @param labelled whether the rows are texts with labels, of which a row as a whole carries one loss
    static void add(Html page, Signal signal, boolean labelled, List<RowPicture> pictures) {
        page.raw("<h2>What is trained</h2>\n");
        if (labelled)
            page.add(
                    "<p class=\"soft\">Each of %s rows carries one loss: the model reads its tokens, %s in all, and learns its label.</p>",
                    number(signal.trainedTokens()), number(signal.tokens()));
        else share(page, signal);
        figures(page, signal, labelled);
        page.add(
                "<p class=\"soft small\">template sha256 <code>%s</code><br>tokenizer sha256 <code>%s</code></p>",
                signal.templateSha256(), signal.tokenizerSha256());
        samples(page, signal.samples(), pictures);
        histogram(page, signal);
    }

    private static void share(Html page, Signal signal) {
        double share = signal.tokens() == 0 ? 0 : signal.trainedTokens() / (double) signal.tokens();
        page.add(
                "<p class=\"soft\">%s of %s tokens carry loss (%s): the model learns to write them. The rest it only reads.</p>",
                number(signal.trainedTokens()), number(signal.tokens()), percent(share));
        page.raw(
                String.format(Locale.ROOT, "<div class=\"share\"><i style=\"width:%.2f%%\"></i></div>%n", 100 * share));
    }

    private static void figures(Html page, Signal signal, boolean labelled) {
        page.raw("<dl class=\"figures\">\n");
        ReportPage.figure(page, "Rows to train on", number(signal.trainRows()));
        ReportPage.figure(page, "Rows held out", number(signal.validationRows()));
        if (!labelled) ReportPage.figure(page, "Learns to stop", signal.endOfTurnTrained() ? "yes" : "no");
        ReportPage.figure(page, "Longest row", number(signal.longestRowTokens()) + " tokens");
        ReportPage.figure(page, "Rows cut", number(signal.truncatedRows()));
        ReportPage.figure(page, "Lost tokens with loss", number(signal.lostTrainedTokens()));
        ReportPage.figure(page, "Repeated rows left out", number(signal.duplicateRows()));
        ReportPage.figure(page, "Packs an epoch", number(signal.packs()));
        ReportPage.figure(page, "Packs filled", percent(signal.packFill()));
        page.raw("</dl>\n");
    }

    private static void samples(Html page, List<RowShape> samples, List<RowPicture> pictures) {
        if (samples.isEmpty()) return;
        page.raw("<h2>A few rows</h2>\n<p class=\"soft key\">Drawn by their content, and the longest.")
                .raw(
                        "<i style=\"background:var(--loss)\"></i>carries loss<i style=\"background:var(--none)\"></i>only read</p>\n");
        for (int i = 0; i < samples.size(); i++) {
            RowShape shape = samples.get(i);
            long tokens = shape.runs().stream().mapToLong(Integer::longValue).sum();
            page.add(
                    "<div class=\"card\"><p class=\"head small soft\"><span>line %s</span><span>%s tokens, %s with loss</span></p>",
                    number(shape.line()), number(tokens), number(withLoss(shape)));
            strip(page, shape, tokens);
            if (i < pictures.size()) text(page, pictures.get(i));
            page.raw("</div>\n");
        }
    }

    private static long withLoss(RowShape shape) {
        long tokens = 0;
        for (int i = 1; i < shape.runs().size(); i += 2) tokens += shape.runs().get(i);
        return tokens;
    }

    private static void strip(Html page, RowShape shape, long tokens) {
        page.raw(
                "<svg viewBox=\"0 0 %d 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"which tokens carry loss\">"
                        .formatted(WIDTH));
        double at = 0;
        for (int i = 0; i < shape.runs().size(); i++) {
            double width = (double) WIDTH * shape.runs().get(i) / Math.max(1, tokens);
            page.raw(String.format(
                    Locale.ROOT,
                    "<rect class=\"%s\" x=\"%.2f\" width=\"%.2f\" height=\"10\"/>",
                    i % 2 == 0 ? "u" : "l",
                    at,
                    width));
            at += width;
        }
        page.raw("</svg>\n");
    }

    private static void text(Html page, RowPicture picture) {
        page.raw("<div class=\"text\">");
        long shown = 0;
        for (RowPicture.Span span : picture.spans()) {
            if (span.trained()) page.raw("<mark>").text(span.text()).raw("</mark>");
            else page.text(span.text());
            shown += span.tokens();
        }
        if (shown < picture.tokens()) page.text(" … " + number(picture.tokens() - shown) + " more tokens");
        page.raw("</div>\n");
    }

    private static void histogram(Html page, Signal signal) {
        long most = signal.lengthHistogram().values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(1);
        page.raw("<h2>Row lengths</h2>\n<div class=\"scroll\"><table><tr><th class=\"n\">tokens up to</th>")
                .raw("<th class=\"n\">rows</th><th style=\"width:70%\"></th></tr>\n");
        signal.lengthHistogram()
                .forEach((bound, rows) -> page.raw(String.format(
                        Locale.ROOT,
                        "<tr><td class=\"n\">%s</td><td class=\"n\">%s</td><td><div class=\"bar\" style=\"width:%.1f%%\"></div></td></tr>%n",
                        number(bound),
                        number(rows),
                        100.0 * rows / most)));
        page.raw("</table></div>\n");
    }
}
