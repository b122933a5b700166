package dev.tunedrop.functions.checks;

import java.util.List;

/// How many rows something was seen in, and where first.
///
/// @param lines the first [Tallies#LINES] of them, rising
public record Tally(long rows, List<Long> lines) {

    public static final Tally NONE = new Tally(0, List.of());

    public Tally {
        lines = List.copyOf(lines);
    }
}
