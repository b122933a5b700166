package dev.tunedrop.local.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Which address shows what.
///
/// | address | answer |
/// |---|---|
/// | `/`, `/runs/{id}` | the page |
/// | `/assets/{name}` | its script, style and icon |
/// | `/api/runs` | the list, [RunSummary] each |
/// | `/api/runs/{id}` | a [RunView] |
/// | `/api/runs/{id}/metrics?after=STEP` | steps after STEP |
/// | `/api/figures` | what was reported in figures, [Figure] each |
/// | `/runs/{id}/report` | the dataset report as a page |
final class ConsoleRoutes {

    private static final Pattern RUN_PAGE = Pattern.compile("/runs/([a-z0-9-]{1,80})");
    private static final Pattern REPORT = Pattern.compile("/runs/([a-z0-9-]{1,80})/report");
    private static final Pattern RUN = Pattern.compile("/api/runs/([a-z0-9-]{1,80})");
    private static final Pattern METRICS = Pattern.compile("/api/runs/([a-z0-9-]{1,80})/metrics");
    private static final Pattern AFTER = Pattern.compile("after=([0-9]{1,9})");
    private static final Map<String, String> ASSETS = Map.of(
            "/assets/console.css", "text/css; charset=utf-8",
            "/assets/console.js", "text/javascript; charset=utf-8",
            "/assets/run.js", "text/javascript; charset=utf-8",
            "/assets/chart.js", "text/javascript; charset=utf-8",
            "/assets/page.js", "text/javascript; charset=utf-8",
            "/assets/icon.svg", "image/svg+xml");

    private final RunViews views;

    ConsoleRoutes(RunViews views) {
        this.views = views;
    }

    Reply get(URI address) {
        String path = address.getPath();
        if (path.equals("/")) return asset("index.html", "text/html; charset=utf-8");
        String type = ASSETS.get(path);
        if (type != null) return asset(path.substring("/assets/".length()), type);
        if (path.equals("/api/runs")) return Reply.json(views.runs());
        if (path.equals("/api/figures")) return Reply.json(views.figures());
        Matcher run = RUN.matcher(path);
        if (run.matches())
            return views.run(run.group(1)).map(Reply::json).orElseGet(() -> Reply.notFound("No run has this name."));
        Matcher metrics = METRICS.matcher(path);
        if (metrics.matches()) return Reply.json(views.metrics(metrics.group(1), after(address.getQuery())));
        Matcher report = REPORT.matcher(path);
        if (report.matches())
            return views.reportPage(report.group(1))
                    .map(page -> new Reply(200, "text/html; charset=utf-8", page, Reply.REPORT_PAGE))
                    .orElseGet(() -> Reply.notFound("This run has no dataset report."));
        if (RUN_PAGE.matcher(path).matches()) return asset("index.html", "text/html; charset=utf-8");
        return Reply.notFound("Nothing is here.");
    }

    private static int after(@Nullable String query) {
        if (query == null) return 0;
        Matcher after = AFTER.matcher(query);
        return after.matches() ? Integer.parseInt(after.group(1)) : 0;
    }

    private static Reply asset(String name, String type) {
        try (InputStream in = ConsoleRoutes.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("the console's " + name + " is not on the class path");
            return new Reply(200, type, new String(in.readAllBytes(), StandardCharsets.UTF_8), Reply.OWN_PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the console's " + name, e);
        }
    }
}
