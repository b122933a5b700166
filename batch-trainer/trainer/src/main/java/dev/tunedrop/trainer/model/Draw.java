package dev.tunedrop.trainer.model;

/// Which random numbers a pass draws.
///
/// @param training whether dropout applies
/// @param step number of the optimiser step
/// @param microBatch number of the micro-batch within the step
record Draw(boolean training, long step, long microBatch) {

    static final Draw NONE = new Draw(false, 0, 0);
}
