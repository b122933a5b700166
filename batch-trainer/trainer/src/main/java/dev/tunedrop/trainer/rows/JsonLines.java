package dev.tunedrop.trainer.rows;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// Reads a JSONL file line by line: strict UTF-8, strict JSON, one object a line, at most [#MAX_LINE_BYTES] each.
/// Blank lines are passed over but counted.
final class JsonLines {

    static final int MAX_LINE_BYTES = 8 << 20;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private JsonLines() {}

    @FunctionalInterface
    interface RowReader {
        /// @param line counted from 1
        void read(long line, ObjectNode row) throws IOException;
    }

    static void each(Path file, RowReader reader) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            refuseGzip(in, file);
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long number = 1;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    row(file, number++, line, reader);
                    continue;
                }
                line.write(b);
                if (line.size() > MAX_LINE_BYTES)
                    throw mistake(file, number, "is longer than 8 MiB", "Split the row, or remove it");
            }
            row(file, number, line, reader);
        } catch (NoSuchFileException e) {
            throw new UserMistake("There is no file " + file + ". Name an existing JSONL file.", e);
        }
    }

    private static void row(Path file, long number, ByteArrayOutputStream line, RowReader reader) throws IOException {
        String text = decode(file, number, line.toByteArray());
        line.reset();
        if (text.isBlank()) return;
        JsonNode tree;
        try {
            tree = Json.tree(text.getBytes(StandardCharsets.UTF_8), "line");
        } catch (InvalidDocument e) {
            throw mistake(file, number, "is not valid JSON", "Each line must hold one whole JSON object");
        }
        if (!(tree instanceof ObjectNode object))
            throw mistake(file, number, "is not a JSON object", "Each line must hold one JSON object");
        reader.read(number, object);
    }

    private static String decode(Path file, long number, byte[] bytes) {
        int from =
                number == 1 && bytes.length >= 3 && java.util.Arrays.equals(bytes, 0, 3, BYTE_ORDER_MARK, 0, 3) ? 3 : 0;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw mistake(file, number, "is not UTF-8", "Save the file as UTF-8");
        }
    }

    private static void refuseGzip(InputStream in, Path file) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        if (gzip) throw new UserMistake(file + " is compressed with gzip. Unpack it first: gunzip -c.");
    }

    static UserMistake mistake(Path file, long line, String what, String remedy) {
        return new UserMistake("%s, line %d %s. %s.".formatted(file, line, what, remedy));
    }
}
