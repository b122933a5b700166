package dev.tunedrop.functions.checks.sketch;

/// What is kept of a row to find it again: sums, from which no text can be had back.
///
/// @param content sum of the whole row
/// @param questionHigh first half of the sum of what stands before the last trained answer
/// @param questionLow its second half
/// @param answer sum of that answer; 0 where it is short or there is no question apart from it
/// @param words how many words are compared; 0 where they are too few
/// @param signature of those words, see [MinHash]
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
public record RowSketch(
        long line, long content, long questionHigh, long questionLow, long answer, int words, short[] signature) {}
