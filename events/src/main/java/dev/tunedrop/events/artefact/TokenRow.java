package dev.tunedrop.events.artefact;

/// One tokenised row. `ids[0]` is never predicted; token t is predicted from those before it.
///
/// @param trained `trained[t]`: predicting `ids[t]` carries loss
/// @param line of the source file, counted from 1
@SuppressWarnings("ArrayRecordComponent")
public record TokenRow(int[] ids, boolean[] trained, long line) {

    public TokenRow {
        if (ids.length == 0) throw new IllegalArgumentException("the row of line " + line + " has no tokens");
        if (ids.length != trained.length)
            throw new IllegalArgumentException(
                    "the row of line %d has %d tokens and %d loss marks".formatted(line, ids.length, trained.length));
    }
}
