package dev.tunedrop.functions.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/// Cuts bytes into lines, holding one line at a time. A line ends at a line feed (a carriage return before it belongs
/// to the end) or at the end of the file; U+2028, U+2029 and U+0085 are text. A line longer than the cap is skipped
/// and told.
///
/// A byte range `[start, end)` owns every line that *starts* inside it, wherever that line ends, so ranges that tile a
/// file give every line exactly once. For a range that starts after 0 the stream begins one byte early, to see whether
/// a line starts at `start`.
public final class LineReader {

    /// The longest line in bytes, its end not counted.
    public static final int MAX_LINE_BYTES = 4 << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final long end;
    private final int cap;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /// The buffer's bytes, each as a character: the platform searches those many at a time, and bytes it does not.
    private String characters = "";

    private ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int limit;
    private long offset;
    private long number;

    /// One line without its end.
    ///
    /// @param number 1-based, counted from the start of the range
    /// @param offset of the first byte in the file
    /// @param sizeBytes the line's length, also when it is over the cap and `bytes` is empty
    /// @param bytes handed over: nobody else holds them
    /// @param tooLong whether the line is over the cap
    @SuppressWarnings("ArrayRecordComponent")
    public record Line(long number, long offset, byte[] bytes, long sizeBytes, boolean tooLong) {
        public boolean blank() {
            for (byte b : bytes) if (b != ' ' && b != '\t' && b != '\r') return false;
            return !tooLong;
        }
    }

    private LineReader(InputStream in, long offset, long end, int cap) {
        this.in = in;
        this.offset = offset;
        this.end = end;
        this.cap = cap;
    }

    /// The lines of a whole file.
    public static LineReader of(InputStream file) {
        return new LineReader(file, 0, Long.MAX_VALUE, MAX_LINE_BYTES);
    }

    /// The lines of a range. `in` begins at [#firstByte(long)] and reaches to [#lastByte(long, long)].
    public static LineReader ofRange(InputStream in, long start, long end) throws IOException {
        return ofRange(in, start, end, MAX_LINE_BYTES);
    }

    static LineReader ofRange(InputStream in, long start, long end, int cap) throws IOException {
        LineReader reader = new LineReader(in, firstByte(start), end, cap);
        if (start > 0) reader.skipToLineStart();
        return reader;
    }

    public static long firstByte(long start) {
        return start == 0 ? 0 : start - 1;
    }

    /// Where the stream for a range may stop: beyond it the range's last line is too long anyway.
    public static long lastByte(long end, long sizeBytes) {
        return Math.min(sizeBytes, end + MAX_LINE_BYTES + 2);
    }

    /// The next line, or null after the last.
    public @Nullable Line next() throws IOException {
        if (offset >= end || !fill()) return null;
        long start = offset;
        int whole = lineFeed();
        if (whole < limit && whole - at <= cap) return inBuffer(start, whole);
        long size = 0;
        line.reset();
        boolean open = true;
        boolean carriageReturn = false;
        while (open && fill()) {
            int stop = lineFeed();
            int taken = stop - at;
            if (taken > 0) carriageReturn = buffer[stop - 1] == '\r';
            if (size + taken <= cap + 1L) line.write(buffer, at, taken);
            size += taken;
            open = stop == limit;
            advance(open ? taken : taken + 1);
        }
        boolean ended = !open && carriageReturn;
        if (ended) size--;
        boolean tooLong = size > cap;
        byte[] bytes = tooLong ? new byte[0] : trimmed(ended);
        if (size > BUFFER_BYTES) line = new ByteArrayOutputStream();
        return new Line(++number, start, bytes, size, tooLong);
    }

    /// A line that lies in the buffer as a whole, which nearly all do.
    private Line inBuffer(long start, int stop) {
        int to = stop > at && buffer[stop - 1] == '\r' ? stop - 1 : stop;
        byte[] bytes = Arrays.copyOfRange(buffer, at, to);
        advance(stop + 1 - at);
        return new Line(++number, start, bytes, bytes.length, false);
    }

    private byte[] trimmed(boolean carriageReturn) {
        byte[] bytes = line.toByteArray();
        return carriageReturn ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    private void skipToLineStart() throws IOException {
        while (fill()) {
            int stop = lineFeed();
            boolean found = stop < limit;
            advance(found ? stop - at + 1 : stop - at);
            if (found) return;
        }
    }

    /// Index of the next line feed in the buffer, or its limit.
    private int lineFeed() {
        int stop = characters.indexOf('\n', at);
        return stop < 0 ? limit : stop;
    }

    private void advance(int bytes) {
        at += bytes;
        offset += bytes;
    }

    private boolean fill() throws IOException {
        if (at < limit) return true;
        at = 0;
        limit = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
        characters = new String(buffer, 0, limit, StandardCharsets.ISO_8859_1);
        return limit > 0;
    }
}
