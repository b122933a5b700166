package dev.tunedrop.trainer.run;

/// How a loop ended.
public enum Ending {
    /// Every step was made.
    COMPLETED,
    /// Time was up; what was learnt so far is kept.
    STOPPED_AT_WALL,
    /// Somebody asked for an end; a checkpoint holds everything.
    INTERRUPTED
}
