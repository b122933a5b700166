package dev.tunedrop.trainer.rows;

import java.nio.file.Path;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.data.Shuffle;

/// Which rows of a file are kept apart to measure by.
public sealed interface HeldOutRows {

    /// Rows of which one is held out, however small the share.
    long FEWEST = 10;

    /// Of the generator that shuffles, apart from those of the epochs.
    long STREAM = -1;

    /// A seeded choice of `share` of the rows, at least one when there are ten.
    record Share(double share, long seed) implements HeldOutRows {}

    /// Every row from a line on, and none before it.
    record From(long line) implements HeldOutRows {}

    static HeldOutRows of(RunSettings settings) {
        Long from = settings.validationFrom();
        return from == null ? new Share(settings.validationShare(), settings.seed()) : new From(from);
    }

    /// One row's answer.
    @FunctionalInterface
    interface Choice {
        /// @param row counted from 0
        /// @param line counted from 1, blank ones too
        boolean test(long row, long line);
    }

    /// @param rows how many the file has
    default Choice among(long rows) {
        return switch (this) {
            case Share(double share, long seed) -> {
                long held = share == 0 ? 0 : Math.max(rows >= FEWEST ? 1 : 0, Math.round(share * rows));
                Shuffle places = new Shuffle(rows, seed, STREAM);
                yield (row, _) -> places.at(row) < held;
            }
            case From(long from) -> (_, line) -> line >= from;
        };
    }

    /// Refuses a file of which nothing is left to learn.
    default void leaves(ShardMaker.Made made, Path data) {
        if (this instanceof From(long line) && made.heldOut() == made.rows())
            throw new UserMistake("%s has no row before line %d, from which on all are held out. Raise validationFrom."
                    .formatted(data, line));
    }
}
