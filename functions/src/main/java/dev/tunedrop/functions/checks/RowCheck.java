package dev.tunedrop.functions.checks;

import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

/// A check beyond format. Holds nothing between rows: what it sees it adds to the tallies.
public interface RowCheck {

    /// Looks at one good row.
    void see(long line, Row row, Tallies tallies);

    /// Says what the whole file's tallies mean.
    ///
    /// @param rows good rows of the file
    void conclude(Tallies tallies, long rows, Findings findings);
}
