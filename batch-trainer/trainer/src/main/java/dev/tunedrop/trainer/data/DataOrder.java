package dev.tunedrop.trainer.data;

/// How rows become sequences.
///
/// @param seed of the order
/// @param epochs passes over the rows
/// @param maxTokens longest row; longer ones lose their end
/// @param packing several examples to a sequence, else one
public record DataOrder(long seed, int epochs, int maxTokens, boolean packing) {}
