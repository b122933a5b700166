package dev.tunedrop.functions.dataset;

/// Where in the file a row's bytes stand: a line, or an element that may reach over several.
///
/// @param line of the first byte, 1-based
/// @param column of the first byte, 1-based, in bytes
@SuppressWarnings("ArrayRecordComponent")
record Place(long line, long column, byte[] bytes) {

    long line(int at) {
        long lines = line;
        for (int i = 0; i < Math.min(at, bytes.length); i++) if (bytes[i] == '\n') lines++;
        return lines;
    }

    long column(int at) {
        for (int i = Math.min(at, bytes.length) - 1; i >= 0; i--) if (bytes[i] == '\n') return (long) at - i;
        return column + at;
    }
}
