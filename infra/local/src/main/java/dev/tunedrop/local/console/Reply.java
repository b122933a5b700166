package dev.tunedrop.local.console;

import dev.tunedrop.events.json.Json;

/// What the console answers to one request.
///
/// @param contentPolicy the Content-Security-Policy: what the page may load and who may frame it
record Reply(int status, String contentType, String body, String contentPolicy) {

    /// Our own page: its script and style come from here, nothing from elsewhere; it frames only our own report.
    static final String OWN_PAGE = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// A report speaks of a dataset that anybody may have written: no script runs in it, whatever it says.
    static final String REPORT_PAGE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    static Reply text(int status, String line) {
        return new Reply(status, "text/plain; charset=utf-8", line + "\n", OWN_PAGE);
    }

    static Reply json(Object document) {
        return new Reply(200, "application/json; charset=utf-8", Json.write(document), OWN_PAGE);
    }

    static Reply notFound(String what) {
        return text(404, what);
    }
}
