package dev.tunedrop.functions.checks;

import dev.tunedrop.functions.dataset.Findings;

/// A check beyond format. Keeps nothing of a row: what it sees it adds to the tallies. Belongs to one thread.
public interface RowCheck {

    /// Looks at one good row.
    void see(SeenRow row, Tallies tallies);

    /// Says what the whole file's tallies mean.
    ///
    /// @param rows good rows of the file
    void conclude(Tallies tallies, long rows, Findings findings);
}
