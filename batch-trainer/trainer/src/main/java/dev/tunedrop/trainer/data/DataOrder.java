package dev.tunedrop.trainer.data;

/// How rows become sequences.
///
/// @param seed of the order
/// @param epochs passes over the rows
/// @param maxTokens longest sequence; longer rows lose their end
/// @param packing several rows to a sequence, else one
public record DataOrder(long seed, int epochs, int maxTokens, boolean packing) {}
