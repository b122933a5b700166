package dev.tunedrop.trainer.run;

/// How a loop ended.
public enum Ending {
    /// Every step was made.
    COMPLETED,
    /// Time or money was up; what was learnt so far is kept.
    STOPPED_AT_WALL,
    /// The held-out loss had stopped falling.
    STOPPED_EARLY,
    /// Somebody asked for an end; a checkpoint holds everything.
    INTERRUPTED
}
