package dev.tunedrop.functions.dataset;

import java.util.Arrays;

/// Where in the file a row's bytes stand: a line, or an element that may reach over several. Finding a place costs the
/// logarithm of the row's lines, so that a row with a hundred thousand faults is told as fast as one with one.
final class Place {

    private final long line;
    private final long column;

    /// Offsets of the row's line feeds, ascending.
    private final int[] lineFeeds;

    /// @param line of the first byte, 1-based
    /// @param column of the first byte, 1-based, in bytes
    Place(long line, long column, byte[] bytes) {
        this.line = line;
        this.column = column;
        int count = 0;
        for (byte b : bytes) if (b == '\n') count++;
        this.lineFeeds = new int[count];
        for (int i = bytes.length - 1; count > 0; i--) if (bytes[i] == '\n') lineFeeds[--count] = i;
    }

    long line(int at) {
        return line + before(at);
    }

    long column(int at) {
        int before = before(at);
        return before == 0 ? column + at : (long) at - lineFeeds[before - 1];
    }

    /// Line feeds before an offset.
    private int before(int at) {
        int found = Arrays.binarySearch(lineFeeds, at);
        return found < 0 ? -found - 1 : found;
    }
}
