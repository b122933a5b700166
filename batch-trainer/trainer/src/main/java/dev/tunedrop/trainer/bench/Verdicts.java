package dev.tunedrop.trainer.bench;

import java.io.PrintStream;

/// Prints what was checked, a line each, and remembers whether all of it held.
final class Verdicts {

    private final PrintStream out;
    private boolean good = true;

    Verdicts(PrintStream out) {
        this.out = out;
    }

    void check(String claim, boolean holds, String figures) {
        good &= holds;
        out.printf("%-6s %s: %s%n", holds ? "ok" : "FAILED", claim, figures);
    }

    /// Runs what may fail on a device that nobody has tried: its failure is a line, and what follows is done all the
    /// same.
    void attempt(String claim, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            check(claim, false, String.valueOf(e));
        }
    }

    boolean allGood() {
        return good;
    }
}
