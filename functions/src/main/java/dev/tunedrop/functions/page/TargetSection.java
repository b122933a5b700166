package dev.tunedrop.functions.page;

import static dev.tunedrop.functions.page.Html.number;
import static dev.tunedrop.functions.page.Html.sentence;

import java.util.List;
import java.util.Locale;

import dev.tunedrop.events.run.TargetVerdict;
import dev.tunedrop.events.run.TargetVerdict.Answer;
import dev.tunedrop.events.run.TargetVerdict.Effect;
import dev.tunedrop.events.run.TargetVerdict.Reason;

/// What each target would say.
final class TargetSection {

    private TargetSection() {}

    static void add(Html page, List<TargetVerdict> targets) {
        if (targets.isEmpty()) return;
        page.raw("<h2>Where it can go</h2>\n");
        page.add(
                "<p class=\"soft\">What each place that tunes models would say of this file. Open one for its reasons.</p>");
        for (TargetVerdict target : targets) {
            page.add(
                    "<details class=\"card\"><summary><span>%s <code class=\"soft\">%s</code></span>"
                            + "<span class=\"pill %s\">%s</span></summary>",
                    target.title(),
                    target.target(),
                    color(target.answer()),
                    target.answer().name().toLowerCase(Locale.ROOT));
            if (target.reasons().isEmpty()) page.add("<p class=\"soft\">Nothing stands against it.</p>");
            else reasons(page, target.reasons());
            page.raw("</details>\n");
        }
    }

    private static void reasons(Html page, List<Reason> reasons) {
        page.raw("<ul>\n");
        for (Reason reason : reasons) {
            page.add(
                    "<li><span class=\"pill %s\">%s</span> %s <span class=\"soft\">%s</span>",
                    color(reason.effect()),
                    reason.effect().name().toLowerCase(Locale.ROOT),
                    sentence(reason.message()),
                    reason.remedy());
            if (reason.rows() > 0)
                page.add(
                        "<br><span class=\"soft small\">%s %s%s</span>",
                        number(reason.rows()),
                        reason.rows() == 1 ? "row" : "rows",
                        reason.lines().isEmpty() ? "" : ": line " + ReportPage.lines(reason.lines(), reason.rows()));
            page.add("<br><span class=\"soft small\"><code>%s</code>%s</span></li>", reason.rule(), source(reason));
        }
        page.raw("</ul>\n");
    }

    private static String source(Reason reason) {
        return reason.source() == null ? "" : " · " + reason.source() + ", as of " + reason.asOf();
    }

    private static String color(Answer answer) {
        return switch (answer) {
            case ACCEPT -> "good";
            case CONVERT -> "warn";
            case REFUSE -> "bad";
        };
    }

    private static String color(Effect effect) {
        return switch (effect) {
            case REFUSE -> "bad";
            case CONVERT, RISK -> "warn";
        };
    }
}
