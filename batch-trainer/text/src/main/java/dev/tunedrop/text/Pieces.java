package dev.tunedrop.text;

/// Token ids and the part of the text each came from: UTF-16 positions, `starts[t]` to `ends[t]`, of the text that was
/// given (control tokens counted as written there).
@SuppressWarnings("ArrayRecordComponent") // passes between two classes of this package
record Pieces(int[] ids, int[] starts, int[] ends) {}
