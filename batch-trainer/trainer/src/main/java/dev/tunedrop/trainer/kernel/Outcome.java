package dev.tunedrop.trainer.kernel;

/// What became of a kernel, or of all of them, on a device.
///
/// @param what for example `rope in bfloat16`
/// @param used whether it runs in the place of its twin
/// @param figures how far it is from its twin, or why it is left out
public record Outcome(String what, boolean used, String figures) {}
