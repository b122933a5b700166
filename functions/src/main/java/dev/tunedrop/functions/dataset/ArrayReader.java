package dev.tunedrop.functions.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

import org.jspecify.annotations.Nullable;

/// Cuts a file that is one JSON array into its elements, holding one at a time. Only brackets, commas and strings are
/// looked at; whether an element is JSON is for [StrictJson] to say. An element over the cap is skipped and told.
final class ArrayReader {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final String WRITE_WITH_LIBRARY = "Write the file with a JSON library.";

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream element = new ByteArrayOutputStream();
    private int at;
    private int limit;
    private long line = 1;
    private long column = 1;
    private State state = State.BEFORE;

    private enum State {
        BEFORE,
        FIRST,
        AFTER_COMMA,
        CLOSING,
        ENDED
    }

    sealed interface Piece {
        long line();

        long column();
    }

    /// @param line 1-based line of its first byte
    /// @param column 1-based byte column of its first byte
    /// @param tooLong whether it is over the cap, and `bytes` empty
    @SuppressWarnings("ArrayRecordComponent")
    record Element(long line, long column, byte[] bytes, boolean tooLong) implements Piece {}

    /// Where and why the array itself is broken; nothing follows.
    record Broken(long line, long column, String rule, String message, String remedy) implements Piece {}

    /// @param in begins with white space and the opening bracket
    ArrayReader(InputStream in) {
        this.in = in;
    }

    /// The next element, or null after the last.
    @Nullable
    Piece next() throws IOException {
        if (state == State.ENDED) return null;
        if (state == State.BEFORE) open();
        int start = peekBeyondSpace();
        if (start < 0) return unfinished(line, column);
        if (start == ']' && state != State.AFTER_COMMA) return close();
        if (start == ']')
            return broken("json-trailing-comma", "a comma stands before the closing bracket", "Remove the comma.");
        if (start == ',') return broken("json-syntax", "an element of the array is missing", WRITE_WITH_LIBRARY);
        return element();
    }

    private void open() throws IOException {
        peekBeyondSpace();
        take();
        state = State.FIRST;
    }

    private Piece element() throws IOException {
        long fromLine = line;
        long fromColumn = column;
        long size = 0;
        int depth = 0;
        boolean string = false;
        boolean escaped = false;
        element.reset();
        for (int b = peek(); b >= 0; b = peek()) {
            if (string) {
                string = escaped || b != '"';
                escaped = !escaped && b == '\\';
            } else if (b == '"') {
                string = true;
            } else if (b == '[' || b == '{') {
                depth++;
            } else if (depth == 0 && (b == ',' || b == ']')) {
                return finish(new Element(fromLine, fromColumn, bytes(size), size > LineReader.MAX_LINE_BYTES));
            } else if (b == ']' || b == '}') {
                if (depth == 0)
                    return broken("json-syntax", "a bracket closes that was not opened", WRITE_WITH_LIBRARY);
                depth--;
            }
            if (size++ < LineReader.MAX_LINE_BYTES) element.write(b);
            take();
        }
        return unfinished(fromLine, fromColumn);
    }

    private byte[] bytes(long size) {
        return size > LineReader.MAX_LINE_BYTES ? new byte[0] : element.toByteArray();
    }

    private Piece finish(Element done) throws IOException {
        state = State.CLOSING;
        if (peek() == ',') {
            take();
            state = State.AFTER_COMMA;
        }
        return done;
    }

    private @Nullable Piece close() throws IOException {
        take();
        state = State.ENDED;
        if (peekBeyondSpace() < 0) return null;
        return broken("json-trailing-content", "something follows the end of the array", "Keep one array in the file.");
    }

    private Piece unfinished(long atLine, long atColumn) {
        state = State.ENDED;
        return new Broken(
                atLine, atColumn, "json-unfinished", "the file ends before its array does", WRITE_WITH_LIBRARY);
    }

    private Piece broken(String rule, String message, String remedy) {
        state = State.ENDED;
        return new Broken(line, column, rule, message, remedy);
    }

    private int peekBeyondSpace() throws IOException {
        int b = peek();
        while (b == ' ' || b == '\t' || b == '\n' || b == '\r') {
            take();
            b = peek();
        }
        return b;
    }

    private int peek() throws IOException {
        if (at == limit) {
            at = 0;
            limit = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
            if (limit == 0) return -1;
        }
        return buffer[at] & 0xff;
    }

    private void take() {
        if (buffer[at++] == '\n') {
            line++;
            column = 1;
        } else column++;
    }
}
