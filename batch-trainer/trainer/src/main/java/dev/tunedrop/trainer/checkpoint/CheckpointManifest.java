package dev.tunedrop.trainer.checkpoint;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.data.Cursor;

/// The last file of a checkpoint to be written: what it belongs to, where the run stood, and the state file's sum.
///
/// The learning rate, dropout and every other random number are functions of the step; `cursor` is the data's place.
///
/// @param step optimiser steps made
/// @param looks what the held-out rows have told so far
/// @param microBatchTokens how steps are cut; absent: by sequences
/// @param attempt who wrote it; the name of an attempt is never used twice
public record CheckpointManifest(
        int version,
        RunIdentity identity,
        MachineStamp machine,
        int step,
        Cursor cursor,
        RunTotals totals,
        Looks looks,
        @Nullable Integer microBatchTokens,
        String attempt,
        long stateBytes,
        String stateSha256) {

    public static final int VERSION = 2;
}
