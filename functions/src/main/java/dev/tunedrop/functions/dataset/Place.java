package dev.tunedrop.functions.dataset;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/// Where in the file a row's bytes stand: a line, or an element that may reach over several. The first place that is
/// asked for costs a look at the row, the others the logarithm of its lines, so that a row with a hundred thousand
/// faults is told as fast as one with one.
final class Place {

    private final long line;
    private final long column;

    private final byte[] bytes;

    /// Offsets of the row's line feeds, ascending.
    private int @Nullable [] lineFeeds;

    /// @param line of the first byte, 1-based
    /// @param column of the first byte, 1-based, in bytes
    Place(long line, long column, byte[] bytes) {
        this.line = line;
        this.column = column;
        this.bytes = bytes;
    }

    /// The line of the first byte.
    long line() {
        return line;
    }

    long line(int at) {
        return line + before(lineFeeds(), at);
    }

    long column(int at) {
        int[] feeds = lineFeeds();
        int before = before(feeds, at);
        return before == 0 ? column + at : (long) at - feeds[before - 1];
    }

    private int[] lineFeeds() {
        if (lineFeeds == null)
            lineFeeds = IntStream.range(0, bytes.length)
                    .filter(i -> bytes[i] == '\n')
                    .toArray();
        return lineFeeds;
    }

    /// Line feeds before an offset.
    private static int before(int[] lineFeeds, int at) {
        int found = Arrays.binarySearch(lineFeeds, at);
        return found < 0 ? -found - 1 : found;
    }
}
