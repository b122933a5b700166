package dev.tunedrop.functions.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The frame that every page has: it loads nothing and runs no script.
final class Page {

    private static final String HEAD = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>%s</title>
            """;

    private Page() {}

    /// @param width `wide` for a page of tables, else nothing
    static void open(Html page, String title, String width) {
        page.add(HEAD, title)
                .raw("<style>")
                .raw(style())
                .raw("</style></head><body>")
                .add("<main class=\"%s\">", width);
    }

    static String close(Html page) {
        return page.raw("</main></body></html>\n").toString();
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read report.css", e);
        }
    }
}
