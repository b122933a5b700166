package dev.tunedrop.local.cli;

import java.io.Console;
import java.io.PrintWriter;

/// Where the commands write: plain lines, headings, and one line that is rewritten in place while something runs. On
/// anything but a terminal there are no colours, and the live line is written as lines of its own, not too many.
final class Screen {

    private static final long PLAIN_LIVE_NANOS = 5_000_000_000L;
    private static final int LIVE_WIDTH = 100;

    private final PrintWriter out;
    private final boolean terminal;
    private boolean live;
    private long lastLiveNanos;
    private String lastLive = "";

    Screen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        this.lastLiveNanos = System.nanoTime() - PLAIN_LIVE_NANOS;
    }

    /// JDK 25 has no console again when one of the standard streams is redirected, as before JDK 22.
    @SuppressWarnings("SystemConsoleNull")
    static Screen of(PrintWriter out) {
        Console console = System.console();
        boolean terminal = console != null
                && console.isTerminal()
                && System.getenv("NO_COLOR") == null
                && !"dumb".equals(System.getenv("TERM"));
        return new Screen(out, terminal);
    }

    void line(String text) {
        endLive();
        out.println(printable(text));
        out.flush();
    }

    void blank() {
        line("");
    }

    void heading(String text) {
        blank();
        endLive();
        out.println(terminal ? "\u001b[1m" + printable(text) + "\u001b[0m" : printable(text));
        out.flush();
    }

    void table(TextTable table) {
        table.lines().forEach(line -> line("  " + line));
    }

    /// Rewrites the live line; off a terminal, writes it when the last one is some seconds old.
    void live(String text) {
        if (terminal) {
            String line = printable(text);
            out.print("\r\u001b[2K" + line.substring(0, Math.min(line.length(), LIVE_WIDTH)));
            live = true;
        } else if (System.nanoTime() - lastLiveNanos >= PLAIN_LIVE_NANOS && !text.equals(lastLive)) {
            out.println(printable(text));
            lastLiveNanos = System.nanoTime();
            lastLive = text;
        }
        out.flush();
    }

    private void endLive() {
        if (live) out.println();
        live = false;
    }

    /// Control characters in what a dataset or a model says must not reach the terminal.
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> c == '\n' || c == '\t' || !Character.isISOControl(c) ? c : 0xFFFD)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
